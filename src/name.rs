//! Interned names: every user, host, database, table, column and routine name is
//! stored once and passed on as a [`Symbol`].

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use smol_str::SmolStr;

/// An interned text. Equal symbols of one [`Names`] are equal texts, byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Symbol(pub u32);

impl Symbol {
    /// The empty text, which every [`Names`] holds first: the anonymous user, the empty host.
    pub const EMPTY: Self = Self(0);
}

/// So many names are looked at before all are searched.
const CLOSE: u32 = 3;

/// The texts behind symbols.
#[derive(Debug, Clone)]
pub struct Names(IndexSet<SmolStr, FxBuildHasher>);

impl Default for Names {
    fn default() -> Self {
        let mut set = IndexSet::with_hasher(FxBuildHasher);
        set.insert(SmolStr::default());
        Self(set)
    }
}

impl Names {
    /// The symbol of `text`, made if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.find(text) {
            return symbol;
        }
        Symbol(u32::try_from(self.0.insert_full(SmolStr::new(text)).0).unwrap_or(u32::MAX))
    }

    /// The symbol of `text`, if it is known.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.0.get_index_of(text).map(|i| Symbol(i as u32))
    }

    /// The same, looked for first at one that is known and the next ones: names often come again in the order in which they
    /// came first.
    pub fn find_near(&self, text: &str, near: Symbol) -> Option<Symbol> {
        let mut close = (0..CLOSE).map(|step| Symbol(near.0.saturating_add(step)));
        close.find(|symbol| self.text(*symbol) == text && !text.is_empty()).or_else(|| self.find(text))
    }

    /// The text of a symbol; empty for a symbol of other names.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.0.get_index(symbol.0 as usize).map_or("", SmolStr::as_str)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
