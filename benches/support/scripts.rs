//! Policies made from a seed: the same text every time.

/// A small generator of numbers (xorshift), so that texts are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A script with that many GRANT statements, one account for every ten of them.
pub fn script(grants: u32) -> String {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let accounts = (grants / 10).max(1);
    let hosts = ["%", "localhost", "10.%", "192.0.2.0/24", "%.example.com"];
    let host = |account: u64| hosts[account as usize % hosts.len()];
    let mut text = String::new();
    for account in 0..u64::from(accounts) {
        text.push_str(&format!("CREATE USER `app{account}`@`{}`;\n", host(account)));
    }
    for _ in 0..grants {
        let account = numbers.below(u64::from(accounts));
        let (db, table) = (numbers.below(500), numbers.below(40));
        let what = match numbers.below(4) {
            0 => format!("SELECT, INSERT ON `db{db}`.*"),
            1 => format!("SELECT ON `db{db}`.`t{table}`"),
            2 => format!("SELECT (`a`, `b`), UPDATE (`c`) ON `db{db}`.`t{table}`"),
            _ => format!("SELECT, INSERT, UPDATE, DELETE ON `team\\_{db}%`.*"),
        };
        text.push_str(&format!("GRANT {what} TO `app{account}`@`{}`;\n", host(account)));
    }
    text
}

/// A script with that many grants of one row each, one account for every ten of them.
#[allow(dead_code, reason = "only the benchmark of tables counts rows")]
pub fn one_row_grants(grants: u32) -> String {
    let accounts = (grants / 10).max(1);
    let hosts = ["%", "localhost", "10.%", "192.0.2.0/24", "%.example.com"];
    let mut text = String::new();
    for account in 0..accounts {
        text.push_str(&format!("CREATE USER `app{account}`@`{}`;\n", hosts[account as usize % hosts.len()]));
    }
    for grant in 0..grants {
        let (account, place) = (grant % accounts, grant / accounts);
        let host = hosts[account as usize % hosts.len()];
        let db = (account * 7 + place * 13) % 500;
        let what = match place % 3 {
            0 => format!("SELECT, INSERT ON `db{db}`.*"),
            1 => format!("SELECT ON `db{db}`.`t{}`", place % 40),
            _ => format!("SELECT, UPDATE ON `db{db}`.`t{}`", (account + place) % 40),
        };
        text.push_str(&format!("GRANT {what} TO `app{account}`@`{host}`;\n"));
    }
    text
}

/// A script in which one user has that many account rows: addresses, networks, names and patterns.
#[allow(dead_code, reason = "only the benchmark of tables counts rows")]
pub fn one_user(rows: u32) -> String {
    let mut text = String::from("CREATE USER `app`@`%`;\n");
    for row in 0..rows {
        let (a, b) = (row / 200, row % 200);
        let host = match row % 5 {
            0 => format!("10.{a}.{b}.7"),
            1 => format!("10.{a}.{b}.0/24"),
            2 => format!("host{row}.example.com"),
            3 => format!("172.{a}.{b}.%"),
            _ => format!("%.net{row}.example.org"),
        };
        text.push_str(&format!("CREATE USER `app`@`{host}`;\n"));
    }
    text
}
