//! The hash table of the old servers: a linear hash whose chains are kept in one array.
//!
//! `SHOW GRANTS` walks that array from its beginning, so the order of rows is the order of its slots. That order
//! follows from every insertion and removal since the start, which is why they are done here as the server does them.

/// One slot.
#[derive(Debug, Clone, Copy)]
struct Slot<T> {
    next: Option<usize>,
    number: u32,
    item: T,
}

/// A hash table in which items keep the places that they have in the server.
#[derive(Debug, Clone)]
pub struct LinearHash<T> {
    slots: Vec<Slot<T>>,
    /// A power of two above the number of slots.
    width: usize,
}

impl<T> Default for LinearHash<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), width: 1 }
    }
}

/// The first slot of the chain of a hash number.
fn place(number: u32, width: usize, count: usize) -> usize {
    let number = number as usize;
    let full = number & width.saturating_sub(1);
    if full < count { full } else { number & (width >> 1).saturating_sub(1) }
}

impl<T: Copy + Eq> LinearHash<T> {
    /// The items in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.slots.iter().map(|slot| slot.item)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// The item in that slot.
    pub fn at(&self, index: usize) -> Option<T> {
        self.slots.get(index).map(|slot| slot.item)
    }

    /// True when the item is there.
    pub fn contains(&self, number: u32, item: T) -> bool {
        self.find(number, item).is_some()
    }

    fn get(&self, index: usize) -> Option<Slot<T>> {
        self.slots.get(index).copied()
    }

    fn set(&mut self, index: usize, slot: Slot<T>) {
        if let Some(place) = self.slots.get_mut(index) {
            *place = slot;
        }
    }

    fn link(&mut self, index: usize, next: Option<usize>) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.next = next;
        }
    }

    /// The slot of an item and the one before it in its chain.
    fn find(&self, number: u32, item: T) -> Option<(usize, Option<usize>)> {
        let (mut index, mut before) = (place(number, self.width, self.slots.len()), None);
        loop {
            let slot = self.get(index)?;
            if slot.item == item {
                return Some((index, before));
            }
            before = Some(index);
            index = slot.next?;
        }
    }

    /// In the chain that begins at `from`, lets the slot that points to `find` point to `to`.
    fn relink(&mut self, find: Option<usize>, from: usize, to: Option<usize>) {
        let mut index = from;
        while let Some(slot) = self.get(index) {
            if slot.next == find {
                self.link(index, to);
                return;
            }
            let Some(next) = slot.next else { return };
            index = next;
        }
    }

    /// Puts an item in.
    pub fn insert(&mut self, number: u32, item: T) {
        let (count, half) = (self.slots.len(), self.width >> 1);
        self.slots.push(Slot { next: None, number, item });
        let empty = if half == 0 { count } else { self.split(count - half, half) };
        let index = place(number, self.width, count + 1);
        let mut next = None;
        if index != empty
            && let Some(other) = self.get(index)
        {
            self.set(empty, other);
            let home = place(other.number, self.width, count + 1);
            if home == index {
                next = Some(empty);
            } else {
                self.relink(Some(index), home, Some(empty));
            }
        }
        self.set(index, Slot { next, number, item });
        if count + 1 == self.width {
            self.width *= 2;
        }
    }

    /// Splits the chain at `first` between it and the new last slot. Returns the slot that is free then.
    fn split(&mut self, first: usize, half: usize) -> usize {
        let count = self.slots.len() - 1;
        let mut empty = count;
        // The last item of each part so far, and where it is to be.
        let mut tails: [Option<(usize, Slot<T>)>; 2] = [None, None];
        let mut index = Some(first);
        while let Some((at, slot)) = index.and_then(|at| Some((at, self.get(at)?))) {
            let [low, high] = tails;
            if low.is_none() && high.is_none() && place(slot.number, self.width, count) != first {
                break;
            }
            let is_high = slot.number as usize & half != 0;
            let to = match if is_high { high } else { low } {
                Some((tail, last)) => {
                    self.set(tail, Slot { next: Some(at), ..last });
                    at
                }
                None if is_high || high.is_some() => std::mem::replace(&mut empty, at),
                None => at,
            };
            tails = if is_high { [low, Some((to, slot))] } else { [Some((to, slot)), high] };
            index = slot.next;
        }
        for (tail, last) in tails.into_iter().flatten() {
            self.set(tail, Slot { next: None, ..last });
        }
        empty
    }

    /// Takes an item out. The last slot moves to where a place becomes free.
    pub fn remove(&mut self, number: u32, item: T) {
        let Some((found, before)) = self.find(number, item) else { return };
        let old_width = self.width;
        let last = self.slots.len() - 1;
        if last < self.width >> 1 {
            self.width >>= 1;
        }
        let empty = self.unlink(found, before);
        if empty != last {
            self.move_last(last, empty, old_width);
        }
        self.slots.truncate(last);
    }

    /// Takes a slot out of its chain. Returns the slot that is free then.
    fn unlink(&mut self, index: usize, before: Option<usize>) -> usize {
        let next = self.get(index).and_then(|slot| slot.next);
        match (before, next) {
            (Some(before), next) => {
                self.link(before, next);
                index
            }
            (None, Some(next)) => {
                if let Some(slot) = self.get(next) {
                    self.set(index, slot);
                }
                next
            }
            (None, None) => index,
        }
    }

    /// Moves the slot `last`, which is given up, as the server does it.
    fn move_last(&mut self, last: usize, empty: usize, old_width: usize) {
        let Some(moved) = self.get(last) else { return };
        let home = place(moved.number, self.width, last);
        if home == empty {
            return self.set(empty, moved);
        }
        let Some(other) = self.get(home) else { return };
        let others_home = place(other.number, self.width, last);
        if home != others_home {
            self.set(empty, other);
            self.set(home, moved);
            return self.relink(Some(home), others_home, Some(empty));
        }
        let old_home = place(moved.number, old_width, last + 1);
        let mut find = None;
        if old_home == place(other.number, old_width, last + 1) {
            if old_home != last {
                self.set(empty, moved);
                return self.relink(Some(last), home, Some(empty));
            }
            find = Some(home);
        }
        self.set(empty, moved);
        self.relink(find, empty, other.next);
        self.link(home, Some(empty));
    }

    /// Gives an item another key.
    pub fn rekey(&mut self, (old_number, old): (u32, T), (number, item): (u32, T)) {
        let count = self.slots.len();
        let Some((found, before)) = self.find(old_number, old) else { return };
        let Some(was) = self.get(found) else { return };
        let (old_home, home) = (place(old_number, self.width, count), place(number, self.width, count));
        if old_home == home {
            return self.set(found, Slot { next: was.next, number, item });
        }
        let empty = self.unlink(found, before);
        if home == empty {
            return self.set(empty, Slot { next: None, number, item });
        }
        let Some(other) = self.get(home) else { return };
        let others_home = place(other.number, self.width, count);
        if home == others_home {
            self.set(empty, Slot { next: other.next, number, item });
            self.link(home, Some(empty));
        } else {
            self.set(empty, other);
            self.relink(Some(home), others_home, Some(empty));
            self.set(home, Slot { next: None, number, item });
        }
    }
}

/// The number of a key in the collation of bytes (`utf8mb3_bin`), without trailing blanks.
pub fn number_of_bytes(key: &[u8]) -> u32 {
    let blanks = key.iter().rev().take_while(|byte| **byte == b' ').count();
    let mut sum = Sum::default();
    key.iter().take(key.len() - blanks).for_each(|&byte| sum.add(u64::from(byte)));
    sum.first as u32
}

/// The number of a name in `utf8mb3_general_ci`: two bytes for the weight of each character.
pub fn number_of_name(name: &str) -> u32 {
    let mut sum = Sum::default();
    for c in name.trim_end_matches(' ').chars() {
        let weight = weight(c);
        sum.add(weight & 0xff);
        sum.add(weight >> 8);
    }
    sum.first as u32
}

/// The two running numbers of the server's hash function.
struct Sum {
    first: u64,
    second: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { first: 1, second: 4 }
    }
}

impl Sum {
    fn add(&mut self, value: u64) {
        let mixed = (self.first & 63).wrapping_add(self.second).wrapping_mul(value);
        self.first ^= mixed.wrapping_add(self.first << 8);
        self.second = self.second.wrapping_add(3);
    }
}

/// Letters without their accents, upper case, for the letters of Latin-1; elsewhere upper case.
fn weight(c: char) -> u64 {
    const LATIN: &str = "AAAAAA\u{c6}CEEEEIIII\u{d0}NOOOOO\u{d7}\u{d8}UUUUY\u{de}S";
    let upper = c.to_uppercase().next().unwrap_or(c);
    let plain = match u32::from(c) {
        0xdf => 'S',
        0xff => 'Y',
        code @ 0xc0..=0xde => LATIN.chars().nth(code as usize - 0xc0).unwrap_or(c),
        code @ 0xe0..=0xfe if code != 0xf7 => LATIN.chars().nth(code as usize - 0xe0).unwrap_or(c),
        _ => upper,
    };
    u64::from(u32::from(plain).min(0xffff))
}
