//! casbin: its plain matcher, with the database or the table as object.

use crate::grants::{Grants, Question};
use ::casbin::prelude::*;

pub struct Casbin(Enforcer);

const MODEL: &str = "
[request_definition]
r = sub, db, table, act

[policy_definition]
p = sub, obj, act

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.sub == p.sub && r.act == p.act && (r.table == p.obj || r.db == p.obj)
";

impl Casbin {
    pub fn of(grants: &Grants) -> Self {
        let rows = grants.grants.iter().map(|grant| {
            let on = grant.table.as_ref().map_or_else(|| grant.db.clone(), |table| format!("{}.{table}", grant.db));
            vec![grant.user.clone(), on, grant.privilege.to_owned()]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let enforcer = runtime.block_on(async {
            let model = DefaultModel::from_str(MODEL).await.expect("the model");
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await.expect("an enforcer");
            enforcer.add_policies(rows).await.expect("the policies");
            enforcer
        });
        Self(enforcer)
    }

    pub fn allows(&self, question: &Question) -> bool {
        let table = format!("{}.{}", question.db, question.table);
        let asked = (question.user.as_str(), question.db.as_str(), table.as_str(), question.privilege);
        self.0.enforce(asked).expect("an answer")
    }
}
