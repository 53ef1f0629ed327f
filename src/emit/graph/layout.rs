//! Where the nodes of a drawing stand: in columns from left to right, with few crossings, each near its neighbours.
//!
//! The steps are those of Sugiyama, Tagawa and Toda: break cycles, assign columns, put stand-ins where an edge crosses a
//! column, order each column by the mean of its neighbours, then place.

/// Space between nodes of a column.
const GAP: f64 = 10.0;
/// Space between columns.
const ALLEY: f64 = 70.0;
/// The height of a stand-in.
const THREAD: f64 = 4.0;
/// How often the columns are ordered and placed anew.
const SWEEPS: usize = 12;

/// What is to be laid out.
#[derive(Debug, Default)]
pub struct Input {
    /// The width and height of each node.
    pub sizes: Vec<(f64, f64)>,
    /// Nodes that are to stand in one column, the later ones further right: their number, or none.
    pub stages: Vec<Option<usize>>,
    /// From and to. Edges that are not to pull at their ends are left out.
    pub edges: Vec<(usize, usize)>,
}

/// Where everything stands.
#[derive(Debug, Default)]
pub struct Layout {
    /// The left upper corner of each node.
    pub corners: Vec<(f64, f64)>,
    /// The points that each edge passes, from its start to its end.
    pub paths: Vec<Vec<(f64, f64)>>,
    /// The size of the whole.
    pub size: (f64, f64),
}

/// A place in a column: a node, or an edge that passes.
struct Place {
    column: usize,
    size: (f64, f64),
    centre: f64,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// Lays out nodes and edges.
pub fn layout(input: &Input) -> Layout {
    let columns = columns(input);
    let mut places: Vec<Place> = input
        .sizes
        .iter()
        .zip(&columns)
        .map(|(size, column)| Place { column: *column, size: *size, centre: 0.0, left: Vec::new(), right: Vec::new() })
        .collect();
    let threads: Vec<Vec<usize>> = input.edges.iter().map(|edge| thread(&mut places, *edge)).collect();
    let mut order = first_order(&places);
    arrange(&mut places, &mut order);
    place(&mut places, &order);
    finish(input, &places, &order, &threads)
}

/// The column of each node: behind all that lead to it, and as far right as what it leads to allows.
fn columns(input: &Input) -> Vec<usize> {
    let count = input.sizes.len();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in &input.edges {
        if from != to
            && let Some(list) = next.get_mut(*from)
        {
            list.push(*to);
        }
    }
    let sorted = without_cycles(&mut next);
    let mut columns = vec![0usize; count];
    let behind = |columns: &mut Vec<usize>| {
        for &node in &sorted {
            let own = columns.get(node).copied().unwrap_or(0);
            for to in next.get(node).into_iter().flatten() {
                if let Some(column) = columns.get_mut(*to) {
                    *column = (*column).max(own + 1);
                }
            }
        }
    };
    behind(&mut columns);
    let stages: Vec<usize> = input.stages.iter().flatten().copied().collect();
    for stage in 0..stages.iter().max().map_or(0, |most| most + 1) {
        let of_stage: Vec<usize> = (0..count).filter(|at| input.stages.get(*at) == Some(&Some(stage))).collect();
        let most = of_stage.iter().filter_map(|at| columns.get(*at)).max().copied().unwrap_or(0);
        for at in of_stage {
            if let Some(column) = columns.get_mut(at) {
                *column = most;
            }
        }
        behind(&mut columns);
    }
    for &node in sorted.iter().rev() {
        let staged = input.stages.get(node).copied().flatten().is_some();
        let first = next.get(node).into_iter().flatten().filter_map(|to| columns.get(*to)).min().copied();
        if let (false, Some(first), Some(column)) = (staged, first, columns.get_mut(node)) {
            *column = first.saturating_sub(1);
        }
    }
    columns
}

/// Takes out edges that close a cycle, and gives an order in which every edge goes forwards.
fn without_cycles(next: &mut [Vec<usize>]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; next.len()];
    let mut finished = Vec::new();
    for root in 0..next.len() {
        let mut open: Vec<(usize, usize)> = vec![(root, 0)];
        if states.get(root) != Some(&State::New) {
            continue;
        }
        while let Some((node, at)) = open.pop() {
            if let Some(state) = states.get_mut(node) {
                *state = State::Open;
            }
            let Some(to) = next.get(node).and_then(|list| list.get(at)).copied() else {
                if let Some(state) = states.get_mut(node) {
                    *state = State::Done;
                }
                finished.push(node);
                continue;
            };
            match states.get(to) {
                Some(State::Open) => {
                    if let Some(list) = next.get_mut(node) {
                        list.remove(at);
                    }
                    open.push((node, at));
                }
                Some(State::New) => open.extend([(node, at + 1), (to, 0)]),
                _ => open.push((node, at + 1)),
            }
        }
    }
    finished.reverse();
    finished
}

/// Stand-ins for an edge in the columns that it crosses, from its start to its end.
fn thread(places: &mut Vec<Place>, (from, to): (usize, usize)) -> Vec<usize> {
    let column = |places: &[Place], at: usize| places.get(at).map_or(0, |place| place.column);
    let (start, end) = (column(places, from), column(places, to));
    let (low, high) = (start.min(end), start.max(end));
    let mut thread = vec![if start <= end { from } else { to }];
    for column in low + 1..high {
        thread.push(places.len());
        places.push(Place { column, size: (0.0, THREAD), centre: 0.0, left: Vec::new(), right: Vec::new() });
    }
    thread.push(if start <= end { to } else { from });
    if low != high {
        for (one, other) in thread.iter().zip(thread.iter().skip(1)) {
            if let Some(place) = places.get_mut(*one) {
                place.right.push(*other);
            }
            if let Some(place) = places.get_mut(*other) {
                place.left.push(*one);
            }
        }
    }
    if start > end {
        thread.reverse();
    }
    thread
}

/// The columns with their places in the order in which they came.
fn first_order(places: &[Place]) -> Vec<Vec<usize>> {
    let most = places.iter().map(|place| place.column).max().map_or(0, |most| most + 1);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); most];
    for (at, place) in places.iter().enumerate() {
        if let Some(column) = order.get_mut(place.column) {
            column.push(at);
        }
    }
    order
}

/// Orders each column by the mean of the neighbours on one side, to and fro; keeps the order with fewest crossings.
fn arrange(places: &mut [Place], order: &mut Vec<Vec<usize>>) {
    let mut best = (usize::MAX, order.clone());
    for sweep in 0..SWEEPS {
        let ranks = |order: &[Vec<usize>]| {
            let mut ranks = vec![0.0; places.len()];
            for column in order {
                for (rank, at) in column.iter().enumerate() {
                    if let Some(slot) = ranks.get_mut(*at) {
                        *slot = rank as f64;
                    }
                }
            }
            ranks
        };
        let forwards = sweep % 2 == 0;
        let all: Vec<usize> = if forwards { (0..order.len()).collect() } else { (0..order.len()).rev().collect() };
        for column in all {
            let known = ranks(order);
            let Some(column) = order.get_mut(column) else { continue };
            let key = |at: usize| {
                let beside = places.get(at).map_or(&[][..], |p| if forwards { &p.left } else { &p.right });
                let own = known.get(at).copied().unwrap_or(0.0);
                mean(beside.iter().filter_map(|other| known.get(*other).copied())).unwrap_or(own)
            };
            column.sort_by(|a, b| key(*a).total_cmp(&key(*b)));
        }
        let crossings = crossings(places, order, &ranks(order));
        if crossings < best.0 {
            best = (crossings, order.clone());
        }
    }
    *order = best.1;
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// How many pairs of edges between neighbouring columns cross.
fn crossings(places: &[Place], order: &[Vec<usize>], ranks: &[f64]) -> usize {
    let rank = |at: usize| ranks.get(at).map_or(0, |rank| *rank as usize);
    let mut count = 0;
    for column in order {
        let mut ends = Vec::new();
        for at in column {
            let mut to: Vec<usize> = places.get(*at).into_iter().flat_map(|p| &p.right).map(|to| rank(*to)).collect();
            to.sort_unstable();
            ends.extend(to);
        }
        count += inversions(&ends);
    }
    count
}

/// Pairs that stand in the wrong order, counted with a tree of sums.
fn inversions(ends: &[usize]) -> usize {
    let most = ends.iter().max().map_or(0, |most| most + 1);
    let mut sums = vec![0usize; most + 1];
    let mut count = 0;
    for (seen, end) in ends.iter().enumerate() {
        let (mut at, mut not_after) = (end + 1, 0);
        while at > 0 {
            not_after += sums.get(at).copied().unwrap_or(0);
            at &= at - 1;
        }
        count += seen - not_after;
        let mut at = end + 1;
        while let Some(sum) = sums.get_mut(at) {
            *sum += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}

/// Places every column near the mean of its neighbours, in its order and without overlaps.
fn place(places: &mut [Place], order: &[Vec<usize>]) {
    for sweep in 0..SWEEPS {
        let all: Vec<usize> =
            if sweep % 2 == 0 { (0..order.len()).collect() } else { (0..order.len()).rev().collect() };
        for column in all.iter().filter_map(|at| order.get(*at)) {
            let wanted: Vec<f64> = column
                .iter()
                .map(|at| {
                    let Some(place) = places.get(*at) else { return 0.0 };
                    let behind: &[usize] = if sweep % 2 == 0 { &[] } else { &place.right };
                    let beside = place.left.iter().chain(behind);
                    mean(beside.filter_map(|other| places.get(*other)).map(|p| p.centre)).unwrap_or(place.centre)
                })
                .collect();
            let heights: Vec<f64> = column.iter().map(|at| places.get(*at).map_or(0.0, |p| p.size.1)).collect();
            for (at, centre) in column.iter().zip(apart(&wanted, &heights)) {
                if let Some(place) = places.get_mut(*at) {
                    place.centre = centre;
                }
            }
        }
    }
}

/// The centres nearest to the wanted ones that keep their order and do not overlap (pool adjacent violators).
fn apart(wanted: &[f64], heights: &[f64]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(heights.len());
    let mut before: Option<f64> = None;
    for height in heights {
        if let Some(before) = before {
            offset += (before + height) / 2.0 + GAP;
        }
        offsets.push(offset);
        before = Some(*height);
    }
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (wish, offset) in wanted.iter().zip(&offsets) {
        blocks.push((wish - offset, 1));
        while let [.., (before, many), (last, few)] = blocks.as_slice() {
            if before <= last {
                break;
            }
            let all = many + few;
            let merged = (before * *many as f64 + last * *few as f64) / all as f64;
            blocks.truncate(blocks.len() - 2);
            blocks.push((merged, all));
        }
    }
    let starts = blocks.iter().flat_map(|(value, many)| std::iter::repeat_n(*value, *many));
    starts.zip(offsets).map(|(start, offset)| start + offset).collect()
}

/// Corners and paths with everything to the right of and below zero.
fn finish(input: &Input, places: &[Place], order: &[Vec<usize>], threads: &[Vec<usize>]) -> Layout {
    let top = places.iter().map(|place| place.centre - place.size.1 / 2.0).fold(f64::MAX, f64::min);
    let top = if places.is_empty() { 0.0 } else { top };
    let bottom = places.iter().map(|place| place.centre + place.size.1 / 2.0).fold(top, f64::max);
    let mut lefts = Vec::with_capacity(order.len());
    let mut x = 0.0;
    for column in order {
        let width = column.iter().filter_map(|at| places.get(*at)).map(|place| place.size.0).fold(0.0, f64::max);
        lefts.push((x, width));
        x += width + ALLEY;
    }
    let column = |place: &Place| lefts.get(place.column).copied().unwrap_or((0.0, 0.0));
    let corners = places.iter().take(input.sizes.len());
    let corners = corners.map(|place| (column(place).0, place.centre - place.size.1 / 2.0 - top)).collect();
    let path = |thread: &Vec<usize>| {
        let mut points = Vec::new();
        for (place, at) in thread.iter().enumerate() {
            let Some(found) = places.get(*at) else { continue };
            let ((left, width), y) = (column(found), found.centre - top);
            let own = if *at < input.sizes.len() { found.size.0 } else { width };
            let ends = [(left, y), (left + own, y)];
            match (place == 0, place + 1 == thread.len()) {
                (true, _) => points.push(ends[1]),
                (_, true) => points.push(ends[0]),
                _ => points.extend(ends),
            }
        }
        points
    };
    let paths = threads.iter().map(path).collect();
    Layout { corners, paths, size: ((x - ALLEY).max(0.0), bottom - top) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(sizes: usize, edges: &[(usize, usize)]) -> Input {
        Input { sizes: vec![(10.0, 10.0); sizes], stages: vec![None; sizes], edges: edges.to_vec() }
    }

    #[test]
    fn columns_follow_the_edges() {
        assert_eq!(columns(&input(4, &[(0, 1), (1, 3), (2, 3)])), [0, 1, 1, 2]);
    }

    #[test]
    fn a_cycle_is_broken_somewhere() {
        let mut found = columns(&input(3, &[(0, 1), (1, 2), (2, 0)]));
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2]);
        assert_eq!(layout(&input(1, &[(0, 0)])).corners, [(0.0, 0.0)]);
    }

    #[test]
    fn nodes_of_a_column_do_not_overlap() {
        let edges: Vec<(usize, usize)> = (1..9).map(|to| (0, to)).chain((1..9).map(|from| (from, 9))).collect();
        let found = layout(&input(10, &edges));
        let mut ys: Vec<f64> = found.corners.iter().skip(1).take(8).map(|corner| corner.1).collect();
        ys.sort_by(f64::total_cmp);
        let far = |(one, next): (&f64, &f64)| next - one >= 10.0 + GAP - 0.001;
        assert!(ys.iter().zip(ys.iter().skip(1)).all(far), "{ys:?}");
    }

    #[test]
    fn crossings_are_counted() {
        assert_eq!(inversions(&[0, 1, 2]), 0);
        assert_eq!(inversions(&[2, 1, 0]), 3);
        assert_eq!(inversions(&[1, 0, 1, 0]), 3);
    }
}
