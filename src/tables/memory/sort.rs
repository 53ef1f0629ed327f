//! The sort of the old servers, which does not keep equal rows in order: where they end follows from what it does.

use std::cmp::Ordering;

/// Below so many items the sort keeps equal ones in order.
const SMALL: usize = 10;
/// Above so many items the pivot is the median of medians.
const LARGE: usize = 40;

/// Sorts as the server does, equal items included.
pub fn sort<T: Copy>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut open = Vec::new();
    let mut range = items.len().checked_sub(1).map(|last| (0, last));
    while let Some((low, high)) = range {
        let count = high + 1 - low;
        if count < SMALL {
            insertion(items, low, high, &compare);
            range = open.pop();
            continue;
        }
        let (left, right) = partition(items, low, high, &compare);
        // The larger part waits.
        range = match (left, right) {
            (None, None) => open.pop(),
            (Some(part), None) | (None, Some(part)) => Some(part),
            (Some(left), Some(right)) if left.1 - left.0 > right.1 - right.0 => {
                open.push(left);
                Some(right)
            }
            (Some(left), Some(right)) => {
                open.push(right);
                Some(left)
            }
        };
    }
}

fn less<T>(items: &[T], compare: &impl Fn(&T, &T) -> Ordering, a: usize, b: usize) -> bool {
    items.get(a).zip(items.get(b)).is_some_and(|(a, b)| compare(a, b) == Ordering::Less)
}

fn insertion<T: Copy>(items: &mut [T], low: usize, high: usize, compare: &impl Fn(&T, &T) -> Ordering) {
    for next in low + 1..=high {
        let mut at = next;
        while at > low && less(items, compare, at, at - 1) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// Puts the median of three in the middle.
fn median<T: Copy>(items: &mut [T], low: usize, mid: usize, high: usize, compare: &impl Fn(&T, &T) -> Ordering) {
    if less(items, compare, high, low) {
        items.swap(high, low);
    }
    if less(items, compare, mid, low) {
        items.swap(mid, low);
    } else if less(items, compare, high, mid) {
        items.swap(mid, high);
    }
}

type Range = Option<(usize, usize)>;

/// Divides a range by a pivot; a part of one item needs no more sorting.
fn partition<T: Copy>(
    items: &mut [T],
    low: usize,
    high: usize,
    compare: &impl Fn(&T, &T) -> Ordering,
) -> (Range, Range) {
    let count = high + 1 - low;
    let mid = low + (count >> 1);
    let (mut up, mut down) = (low, high);
    if count > LARGE {
        let step = count / 8;
        median(items, low, low + step, low + 2 * step, compare);
        median(items, mid - step, mid, mid + step, compare);
        median(items, high - 2 * step, high - step, high, compare);
        median(items, low + step, mid, high - step, compare);
    } else {
        median(items, low, mid, high, compare);
        (up, down) = (low + 1, high - 1);
    }
    let Some(pivot) = items.get(mid).copied() else { return (None, None) };
    let order = |items: &[T], at: usize| items.get(at).map_or(Ordering::Equal, |item| compare(item, &pivot));
    while up <= down {
        while order(items, up) == Ordering::Less {
            up += 1;
        }
        while order(items, down) == Ordering::Greater {
            down = down.saturating_sub(1);
        }
        if up >= down {
            if up == down {
                up += 1;
                down = down.saturating_sub(1);
            }
            break;
        }
        items.swap(up, down);
        up += 1;
        down = down.saturating_sub(1);
    }
    ((down > low).then_some((low, down)), (up < high).then_some((up, high)))
}
