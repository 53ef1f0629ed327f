//! regorus: objects by user and by what a grant is on, with the privileges as keys.

use crate::grants::Grants;
use regorus::{Engine, Value};
use serde_json::json;
use std::collections::BTreeMap;

pub struct Rego {
    engine: Engine,
    inputs: Vec<Value>,
}

const POLICY: &str = r"
package grants
default allow = false
allow if data.held[input.user][input.table][input.privilege]
allow if data.held[input.user][input.db][input.privilege]
";

impl Rego {
    pub fn of(grants: &Grants) -> Self {
        let mut held: BTreeMap<&str, BTreeMap<String, BTreeMap<&str, bool>>> = BTreeMap::new();
        for grant in &grants.grants {
            let on = grant.table.as_ref().map_or_else(|| grant.db.clone(), |table| format!("{}.{table}", grant.db));
            held.entry(&grant.user).or_default().entry(on).or_default().insert(grant.privilege, true);
        }
        let mut engine = Engine::new();
        engine.add_policy("grants.rego".into(), POLICY.into()).expect("the policy");
        let data = Value::from_json_str(&json!({ "held": held }).to_string()).expect("the data");
        engine.add_data(data).expect("the data");
        let inputs = grants.questions.iter().map(|question| {
            let table = format!("{}.{}", question.db, question.table);
            let input =
                json!({ "user": question.user, "privilege": question.privilege, "db": question.db, "table": table });
            Value::from_json_str(&input.to_string()).expect("an input")
        });
        Self { engine, inputs: inputs.collect() }
    }

    pub fn allows(&mut self, at: usize) -> bool {
        self.engine.set_input(self.inputs[at].clone());
        self.engine.eval_rule("data.grants.allow".into()).expect("an answer") == Value::from(true)
    }
}
