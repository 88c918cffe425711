//! Every way in which a few bytes go wrong, for texts small enough to try them all.

/// `bytes` with every single bit flipped, one at a time.
pub(crate) fn bit_flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..8 * bytes.len()).map(|bit| {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    })
}

/// `bytes` with every other value at every position.
pub(crate) fn substitutions(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let changes = (0..bytes.len()).flat_map(|at| (1..=255).map(move |change| (at, change)));
    changes.map(|(at, change): (usize, u8)| {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= change;
        damaged
    })
}

/// `bytes` with every value put in at every position, both ends included.
pub(crate) fn insertions(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let places = (0..=bytes.len()).flat_map(|at| (0..=255).map(move |value| (at, value)));
    places.map(|(at, value): (usize, u8)| {
        let mut damaged = bytes.to_vec();
        damaged.insert(at, value);
        damaged
    })
}

/// `bytes` without one of them.
pub(crate) fn deletions(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).map(|at| {
        let mut damaged = bytes.to_vec();
        damaged.remove(at);
        damaged
    })
}

/// Every shorter beginning of `bytes`.
pub(crate) fn truncations(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).map(|end| bytes[..end].to_vec())
}

/// `bytes` with two of its lines in each other's place, where that makes a difference.
pub(crate) fn line_swaps(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|&b| b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let pairs = (0..lines.len()).flat_map(move |a| (0..a).map(move |b| (a, b)));
    pairs.filter_map(move |(a, b)| {
        let mut swapped = lines.clone();
        swapped.swap(a, b);
        (swapped != lines).then(|| swapped.concat())
    })
}
