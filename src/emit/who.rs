//! The answer of `who` as JSON.

use super::json::{Account, List, Row};
use super::words;
use crate::answer::{Able, Clients, Standing, Who};
use serde_json::{Value, json};

/// `{"asked":…,"anybody":…,"able":[…],"parts":[…],"gave_up":[…]}`
pub fn who(answer: &Who) -> Value {
    let able: Vec<Value> = answer.able.iter().map(of_account).collect();
    json!({
        "asked": answer.asked,
        "anybody": answer.anybody(),
        "able": able,
        "parts": List(&answer.parts),
        "gave_up": answer.gave_up,
    })
}

fn of_account(able: &Able) -> Value {
    let (standing, note) = match &able.standing {
        Standing::May => ("may", None),
        Standing::AfterSetPassword => ("after-set-password", None),
        Standing::AfterSetRole(note) => ("after-set-role", Some(note)),
        Standing::Undetermined(note) => ("undetermined", Some(note)),
        Standing::CannotLogIn(note) => ("cannot-log-in", Some(note)),
        Standing::NeverSelected(note) => ("never-selected", Some(note)),
    };
    json!({
        "standing": standing,
        "note": note,
        "account": Account(&able.account),
        "or": List(&able.or),
        "acts_as": able.acts_as.as_ref().map(|(account, _)| Account(account)),
        "proxy_row": able.acts_as.as_ref().map(|(_, row)| Row(row)),
        "clients": able.clients.iter().map(of_clients).collect::<Vec<_>>(),
        "rows": List(&able.rows),
        "roles": able.roles.iter().map(|way| List(way)).collect::<Vec<_>>(),
    })
}

fn of_clients(clients: &Clients) -> Value {
    json!({
        "user": clients.user,
        "any_other_user": clients.is_stranger,
        "from": clients.from,
        "example": words::client(&clients.example),
    })
}
