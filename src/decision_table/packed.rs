//! Columns of numbers, each as wide as its largest: written once, read in place.
//!
//! Value `i` of a column of width `w` stands in the bits `i * w .. (i + 1) * w`, the lowest bit of the first byte being
//! bit 0. Reading is total: what lies outside is `None`.

use std::ops::Range;

/// The widest value in bits: with the 7 bits before it, it fits into one word.
pub const WIDEST: u8 = 57;

/// Bytes behind a column, so that its last value can be read as a word.
pub const SLACK: usize = 8;

/// A column to be written.
#[derive(Debug, Default)]
pub struct Packed {
    width: u8,
    count: u64,
    bytes: Vec<u8>,
}

/// A column in the bytes of a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Column {
    offset: usize,
    width: u8,
    count: usize,
}

/// The bits that a value needs.
pub fn width_of(value: u64) -> u8 {
    (u64::BITS - value.leading_zeros()) as u8
}

impl Packed {
    /// A column of these values; what is wider than [`WIDEST`] is cut.
    pub fn of<T: Copy + Into<u64>>(values: &[T]) -> Self {
        let all = values.iter().fold(0, |all, value| all | (*value).into());
        Self::wide(values, width_of(all).min(WIDEST))
    }

    /// The same at a given width.
    fn wide<T: Copy + Into<u64>>(values: &[T], width: u8) -> Self {
        let mut bytes = Vec::with_capacity((values.len() * usize::from(width)).div_ceil(8) + SLACK);
        let (mut word, mut filled) = (0u128, 0u32);
        for value in values {
            word |= u128::from((*value).into() & mask(width)) << filled;
            filled += u32::from(width);
            if filled >= u64::BITS {
                bytes.extend_from_slice(&(word as u64).to_le_bytes());
                word >>= u64::BITS;
                filled -= u64::BITS;
            }
        }
        let rest = (word as u64).to_le_bytes();
        bytes.extend_from_slice(rest.get(..filled.div_ceil(8) as usize).unwrap_or_default());
        Self { width, count: values.len() as u64, bytes }
    }

    /// A column of bytes.
    pub fn bytes_of(bytes: Vec<u8>) -> Self {
        Self { width: 8, count: bytes.len() as u64, bytes }
    }

    /// Bits of a value.
    pub fn width(&self) -> u8 {
        self.width
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The bytes of the column.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn mask(width: u8) -> u64 {
    (1u64 << width.min(63)) - 1
}

impl Column {
    /// A column that lies with its slack within a file of that length.
    pub fn within(length: usize, offset: u64, width: u8, count: u64) -> Option<Self> {
        let offset = usize::try_from(offset).ok()?;
        let count = usize::try_from(count).ok()?;
        let bytes = count.checked_mul(usize::from(width))?.div_ceil(8);
        let end = offset.checked_add(bytes)?.checked_add(SLACK)?;
        // Zeros take no room; there are never more of them than bits.
        (width <= WIDEST && end <= length && count / 8 <= length).then_some(Self { offset, width, count })
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The value at a place.
    #[inline]
    pub fn get(&self, bytes: &[u8], at: usize) -> Option<u64> {
        if at >= self.count {
            return None;
        }
        let bit = at * usize::from(self.width);
        let from = self.offset + bit / 8;
        let word = bytes.get(from..from + 8)?.try_into().ok().map(u64::from_le_bytes)?;
        Some(word >> (bit % 8) & mask(self.width))
    }

    /// Some values of a column of 32 bits each, as they lie there.
    #[inline]
    pub fn words<'b>(&self, bytes: &'b [u8], places: &Range<usize>) -> Option<&'b [[u8; 4]]> {
        if self.width != 32 || places.end > self.count {
            return None;
        }
        Some(bytes.get(self.offset + 4 * places.start..self.offset + 4 * places.end)?.as_chunks().0)
    }

    /// The bytes of a column of bytes between two places.
    #[inline]
    pub fn slice<'b>(&self, bytes: &'b [u8], from: usize, to: usize) -> Option<&'b [u8]> {
        if self.width != 8 || to > self.count {
            return None;
        }
        bytes.get(self.offset.checked_add(from)?..self.offset.checked_add(to)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_back(values: &[u64]) -> Vec<u64> {
        let packed = Packed::of(values);
        let mut bytes = packed.bytes().to_vec();
        bytes.resize(bytes.len() + SLACK, 0);
        let column = Column::within(bytes.len(), 0, packed.width(), packed.count()).unwrap_or_default();
        (0..=values.len()).filter_map(|at| column.get(&bytes, at)).collect()
    }

    proptest! {
        #[test]
        fn values_come_back(width in 0u32..=57, seeds in proptest::collection::vec(any::<u64>(), 0..60)) {
            let values: Vec<u64> = seeds.iter().map(|seed| seed & mask(width as u8)).collect();
            prop_assert_eq!(read_back(&values), values);
        }
    }

    #[test]
    fn a_column_of_zeros_takes_no_bytes() {
        assert_eq!(Packed::of(&[0u64; 60]).bytes().len(), 0);
        assert_eq!(read_back(&[0; 60]), [0; 60]);
    }

    #[test]
    fn what_lies_outside_is_no_column() {
        assert!(Column::within(16, 0, 8, 9).is_none());
        assert!(Column::within(16, 0, 58, 1).is_none());
        assert!(Column::within(usize::MAX, u64::MAX - 4, 57, u64::MAX / 2).is_none());
    }
}
