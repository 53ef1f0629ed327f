//! The functions that edits by hand use.

use super::CREDENTIAL;
use super::edit::Fault;
use super::value::Value;
use serde_json::Value as Json;

/// What a function returns; `Unread` for those that are not carried.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let text = |text: String| Ok(Value::Text(text.into()));
    match (name, arguments) {
        ("NOW" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP" | "SYSDATE" | "UTC_TIMESTAMP", _) => {
            text(String::new())
        }
        ("COALESCE" | "IFNULL", list) => Ok(list.iter().find(|v| **v != Value::Null).cloned().unwrap_or(Value::Null)),
        ("CURRENT_USER" | "USER" | "SESSION_USER" | "SYSTEM_USER", []) => text("root@localhost".to_owned()),
        ("JSON_SET" | "JSON_INSERT" | "JSON_REPLACE", [document, changes @ ..]) if *document != Value::Null => {
            change(name, document, changes)
        }
        (_, list) if list.contains(&Value::Null) => Ok(Value::Null),
        ("CONCAT", list) => text(list.iter().map(|v| v.text().to_string()).collect()),
        ("LOWER" | "LCASE", [v]) => text(v.text().to_lowercase()),
        ("UPPER" | "UCASE", [v]) => text(v.text().to_uppercase()),
        ("TRIM", [v]) => text(v.text().trim_matches(' ').to_owned()),
        ("REPLACE", [v, from, to]) if !from.text().is_empty() => {
            text(v.text().replace(from.text().as_str(), to.text().as_str()))
        }
        ("LENGTH" | "CHAR_LENGTH", [Value::Text(v)]) if !v.contains(CREDENTIAL) => {
            Ok(Value::Number(v.chars().count() as f64))
        }
        ("JSON_COMPACT" | "JSON_DETAILED" | "JSON_LOOSE" | "JSON_UNQUOTE", [v]) => Ok(v.clone()),
        ("JSON_REMOVE", [document, paths @ ..]) => {
            let mut json = parse(document)?;
            for path in paths {
                if let (Some(map), Some(key)) = (json.as_object_mut(), key(path)) {
                    map.remove(&key);
                } else {
                    return Err(Fault::Unread);
                }
            }
            text(json.to_string())
        }
        ("JSON_VALUE" | "JSON_EXTRACT", [document, path]) => {
            let json = parse(document)?;
            let found = json.get(key(path).ok_or(Fault::Unread)?);
            match (name, found) {
                (_, None) => Ok(Value::Null),
                ("JSON_VALUE", Some(Json::String(s))) => text(s.clone()),
                (_, Some(other)) => text(other.to_string()),
            }
        }
        _ => Err(Fault::Unread),
    }
}

fn parse(value: &Value) -> Result<Json, Fault> {
    serde_json::from_str(&value.text()).map_err(|_| Fault::Unread)
}

/// The member that `$.name` or `$."name"` means.
fn key(path: &Value) -> Option<String> {
    let text = path.text();
    let name = text.strip_prefix("$.")?;
    let name = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or(name);
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (plain && !name.is_empty()).then(|| name.to_owned())
}

/// JSON_SET, JSON_INSERT, JSON_REPLACE of members of the document itself.
fn change(name: &str, document: &Value, changes: &[Value]) -> Result<Value, Fault> {
    let mut json = parse(document)?;
    for pair in changes.chunks(2) {
        let [path, value] = pair else { return Err(Fault::Unread) };
        let (Some(map), Some(key)) = (json.as_object_mut(), key(path)) else { return Err(Fault::Unread) };
        let wanted = match name {
            "JSON_INSERT" => !map.contains_key(&key),
            "JSON_REPLACE" => map.contains_key(&key),
            _ => true,
        };
        if wanted {
            map.insert(key, to_json(value));
        }
    }
    Ok(Value::Text(json.to_string().into()))
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::String(text.to_string()),
        Value::Number(number) if number.fract() == 0.0 && *number >= 0.0 => Json::from(*number as u64),
        Value::Number(number) if number.fract() == 0.0 => Json::from(*number as i64),
        Value::Number(number) => Json::from(*number),
    }
}
