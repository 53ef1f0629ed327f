//! How each host text is compared, and which of them the pre-check looks at.

use super::super::field::Field;
use super::super::host::Kind;
use super::Build;
use crate::matching::host::HostPattern;
use crate::name::Symbol;

impl Build<'_> {
    pub(super) fn hosts(&mut self) {
        let tables = self.tables;
        let texts: Vec<&str> = self.hosts.names.iter().map(|name| tables.names.text(Symbol(*name))).collect();
        let kinds = texts.iter().map(|text| Kind::of(text, &tables.server) as u64);
        self.out.values(Field::HostKind, &kinds.collect::<Vec<_>>());
        let patterns: Vec<HostPattern<'_>> = texts.iter().map(|text| HostPattern::new(text, &tables.server)).collect();
        self.out.values(Field::HostValue, &patterns.iter().map(|p| u64::from(p.value)).collect::<Vec<_>>());
        self.out.values(Field::HostMask, &patterns.iter().map(|p| u64::from(p.mask)).collect::<Vec<_>>());
        let mut literal = vec![0u32; patterns.len()];
        let mut tried = Vec::new();
        for symbol in self.index.hosts() {
            let number = self.hosts.get(*symbol);
            let Some(pattern) = patterns.get(number as usize) else { continue };
            // Account names are in lower case; a row written by hand may not be, and is compared one by one.
            let plain = !pattern.is_wild_in_pre_check(&tables.server)
                && !pattern.text.bytes().any(|byte| byte.is_ascii_uppercase());
            match literal.get_mut(number as usize).filter(|_| plain) {
                Some(slot) => *slot = 1,
                None => tried.push(number),
            }
        }
        self.out.values(Field::HostLiteral, &literal);
        self.out.values(Field::PreCheck, &tried);
    }
}
