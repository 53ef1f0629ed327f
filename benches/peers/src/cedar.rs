//! Cedar: one policy for each privilege; a user's grants are sets of what they are on, and a table knows its database.

use crate::grants::Grants;
use cedar_policy::{Authorizer, Context, Decision, Entities, PolicySet, Request};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

fn uid(kind: &str, id: &str) -> Value {
    json!({ "__entity": { "type": kind, "id": id } })
}

impl Cedar {
    pub fn of(grants: &Grants) -> Self {
        let policies: String = ["SELECT", "INSERT", "UPDATE"]
            .iter()
            .map(|privilege| {
                format!(
                    "permit(principal, action == Action::\"{privilege}\", resource) when {{ \
                     principal.{privilege}.contains(resource) || principal.{privilege}.contains(resource.db) }};\n"
                )
            })
            .collect();
        let mut held: BTreeMap<&str, BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
        let mut tables: BTreeSet<(String, &str)> = BTreeSet::new();
        for grant in &grants.grants {
            let on = match &grant.table {
                Some(table) => uid("Table", &format!("{}.{table}", grant.db)),
                None => uid("Database", &grant.db),
            };
            held.entry(&grant.user).or_default().entry(grant.privilege).or_default().push(on);
        }
        for question in &grants.questions {
            tables.insert((format!("{}.{}", question.db, question.table), &question.db));
        }
        let users = held.iter().map(|(user, by_privilege)| {
            let of = |privilege: &str| by_privilege.get(privilege).cloned().unwrap_or_default();
            let attrs = json!({ "SELECT": of("SELECT"), "INSERT": of("INSERT"), "UPDATE": of("UPDATE") });
            json!({ "uid": { "type": "User", "id": user }, "attrs": attrs, "parents": [] })
        });
        let tables = tables.iter().map(|(id, db)| {
            json!({ "uid": { "type": "Table", "id": id }, "attrs": { "db": uid("Database", db) }, "parents": [] })
        });
        let entities = Entities::from_json_value(users.chain(tables).collect(), None).expect("entities");
        let request = |question: &crate::grants::Question| {
            let principal = format!("User::\"{}\"", question.user).parse().expect("a user");
            let action = format!("Action::\"{}\"", question.privilege).parse().expect("an action");
            let resource = format!("Table::\"{}.{}\"", question.db, question.table).parse().expect("a table");
            Request::new(principal, action, resource, Context::empty(), None).expect("a request")
        };
        Self {
            authorizer: Authorizer::new(),
            policies: policies.parse().expect("policies"),
            entities,
            requests: grants.questions.iter().map(request).collect(),
        }
    }

    pub fn allows(&self, at: usize) -> bool {
        self.authorizer.is_authorized(&self.requests[at], &self.policies, &self.entities).decision() == Decision::Allow
    }
}
