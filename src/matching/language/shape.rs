//! The texts that a client can have: resolved host names, and addresses as the server writes them (M2.2, M2.3).

/// Which texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A resolved name in lower case: letters, digits, `-`, `_` and single dots between them, at most as many bytes as
    /// the server keeps (M1.9), not beginning with digits and a dot (M2.3 step 4).
    Name {
        /// The longest, in bytes.
        longest: u16,
    },
    /// An IPv4 address: four numbers without leading zeros.
    Ipv4,
    /// An IPv6 address as `inet_ntop` writes it, without a zone: lower case, the longest run of zero groups shortened.
    Ipv6,
}

/// How much of a text has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Read {
    /// A name.
    Name {
        /// Only digits so far.
        digits: bool,
        /// It may not end here: nothing yet, or a dot was last.
        dot: bool,
    },
    /// An IPv4 address.
    Ipv4 {
        /// Whole numbers before this one, first byte lowest.
        octet: u8,
        /// The number that is being read.
        value: Option<u8>,
    },
    /// An IPv6 address.
    Ipv6(Groups),
}

/// The groups of an IPv6 address that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Groups {
    /// Groups that are complete, before and behind `::`.
    count: u8,
    /// Groups before `::`; none when there was no `::` yet.
    gap: Option<u8>,
    /// The longest run of zero groups before `::`.
    zeros_before: u8,
    /// The longest run of zero groups behind it.
    zeros_behind: u8,
    /// The run of zero groups that is being read.
    zeros: u8,
    /// Digits of the group that is being read.
    digits: u8,
    /// That group is `0`.
    zero: bool,
    /// That group is `1`.
    one: bool,
    /// What was last.
    last: Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Last {
    #[default]
    Nothing,
    Digit,
    Colon,
    Gap,
}

impl Shape {
    /// Before any text.
    pub fn start(self) -> Read {
        match self {
            Self::Name { .. } => Read::Name { digits: true, dot: true },
            Self::Ipv4 => Read::Ipv4 { octet: 0, value: None },
            Self::Ipv6 => Read::Ipv6(Groups::default()),
        }
    }

    /// After one more byte; none when no such text goes on so.
    pub fn step(read: Read, byte: u8) -> Option<Read> {
        match read {
            Read::Name { digits, dot } => {
                let refused = byte == b'.' && (dot || digits);
                (!refused).then(|| Read::Name { digits: digits && byte.is_ascii_digit(), dot: byte == b'.' })
            }
            Read::Ipv4 { octet, value } => step_ipv4(octet, value, byte),
            Read::Ipv6(groups) => groups.step(byte).map(Read::Ipv6),
        }
    }

    /// The bytes that such texts are made of, those that make the plainest examples first.
    pub fn alphabet(self) -> &'static [u8] {
        match self {
            Self::Name { .. } => b"abcdefghijklmnopqrstuvwxyz0123456789.-_",
            Self::Ipv4 => b"1234567890.",
            Self::Ipv6 => b"123456789abcdef0:",
        }
    }

    /// Are these two bytes alike in such texts, as far as no pattern has either of them?
    pub fn alike(self, one: u8, other: u8) -> bool {
        let kind = |byte: u8| match (self, byte) {
            (Self::Ipv4, byte) => byte,
            (_, b'.' | b':') => byte,
            (Self::Name { .. }, byte) => u8::from(byte.is_ascii_digit()),
            (Self::Ipv6, byte) => byte.saturating_sub(b'0').min(2),
        };
        kind(one) == kind(other)
    }

    /// The longest such text, in bytes.
    pub fn longest(self) -> usize {
        match self {
            Self::Name { longest } => longest.into(),
            Self::Ipv4 => 15,
            Self::Ipv6 => 39,
        }
    }

    /// True for one of these texts.
    pub fn has(self, text: &str) -> bool {
        let known = |byte: &u8| self.alphabet().contains(byte);
        let end = text.bytes().try_fold(self.start(), |read, byte| Self::step(read, byte).filter(|_| known(&byte)));
        end.is_some_and(Read::is_whole) && text.len() <= self.longest()
    }
}

impl Read {
    /// A text may end here.
    pub fn is_whole(self) -> bool {
        match self {
            Self::Name { dot, .. } => !dot,
            Self::Ipv4 { octet, value } => octet == 3 && value.is_some(),
            Self::Ipv6(groups) => groups.is_whole(),
        }
    }

    /// The number that just ended, when this byte ends one of an IPv4 address: its place and value.
    pub fn octet(self) -> Option<(u8, u8)> {
        match self {
            Self::Ipv4 { octet, value: Some(value) } => Some((octet, value)),
            _ => None,
        }
    }
}

fn step_ipv4(octet: u8, value: Option<u8>, byte: u8) -> Option<Read> {
    match (byte, value) {
        (b'.', Some(_)) if octet < 3 => Some(Read::Ipv4 { octet: octet + 1, value: None }),
        (b'0'..=b'9', None) => Some(Read::Ipv4 { octet, value: Some(byte - b'0') }),
        (b'0'..=b'9', Some(before)) if before > 0 => {
            let value = before.checked_mul(10)?.checked_add(byte - b'0')?;
            Some(Read::Ipv4 { octet, value: Some(value) })
        }
        _ => None,
    }
}

impl Groups {
    fn step(mut self, byte: u8) -> Option<Self> {
        match byte {
            b':' => self.colon(),
            b'0'..=b'9' | b'a'..=b'f' => {
                // No leading zeros, at most four digits, at most eight groups, of which `::` stands for two or more.
                let most = if self.gap.is_some() { 6 } else { 8 };
                if self.digits == 4 || self.zero || self.digits == 0 && self.count >= most {
                    return None;
                }
                self.zero = self.digits == 0 && byte == b'0';
                self.one = self.digits == 0 && byte == b'1';
                self.digits += 1;
                // `::` would have taken a zero group beside it.
                if self.zero && self.last == Last::Gap {
                    return None;
                }
                self.last = Last::Digit;
                Some(self)
            }
            _ => None,
        }
    }

    fn colon(mut self) -> Option<Self> {
        match self.last {
            Last::Digit => {
                self.end_group();
                self.last = Last::Colon;
                (self.count < 8).then_some(self)
            }
            // The second colon of `::`.
            Last::Colon if self.gap.is_none() && self.zeros == 0 && self.count <= 6 => {
                if self.count > 0 || self.digits == 0 {
                    (self.gap, self.last) = (Some(self.count), Last::Gap);
                    return Some(self);
                }
                None
            }
            // The first colon of a leading `::`.
            Last::Nothing => {
                self.last = Last::Colon;
                Some(self)
            }
            _ => None,
        }
    }

    fn end_group(&mut self) {
        self.count += 1;
        self.zeros = if self.zero { self.zeros + 1 } else { 0 };
        let longest = if self.gap.is_some() { &mut self.zeros_behind } else { &mut self.zeros_before };
        *longest = (*longest).max(self.zeros);
        (self.digits, self.zero) = (0, false);
    }

    fn is_whole(mut self) -> bool {
        match self.last {
            Last::Digit => self.end_group(),
            Last::Gap => {}
            Last::Nothing | Last::Colon => return false,
        }
        match self.gap {
            None => self.count == 8 && self.zeros_before < 2,
            Some(gap) => {
                let left_out = 8u8.saturating_sub(self.count);
                // `::a:b` and `::a` are written as the IPv4 address in them (M2.2), all but `::1`; `::` is no client.
                let other_form = gap == 0 && self.count <= 2 && !(self.count == 1 && self.one);
                left_out >= 2 && self.zeros_before < left_out && self.zeros_behind <= left_out && !other_form
            }
        }
    }
}
