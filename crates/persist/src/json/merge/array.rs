//! Arrays, element by element.

use std::collections::{HashMap, VecDeque};

use super::super::edit::Part;
use super::super::scan::{Item, Level};
use super::{Merge, Texts};
use crate::json::DEPTH_MAX;

/// Among how many changed elements the old one of a changed element is looked for.
const WINDOW: usize = 64;

impl Merge {
    /// `None`: the new text.
    pub(super) fn array(
        self,
        old: &Level<'_>,
        base: &Level<'_>,
        new: &Level<'_>,
        margin: Option<&str>,
    ) -> Option<String> {
        // A set gives its elements back in another order, or fewer of them.
        let mut pairs = old.items.iter().zip(&base.items);
        if old.items.len() != base.items.len()
            || !pairs.all(|(old, base)| corresponds(old.value, base.value, self.depth))
        {
            return None;
        }
        let origins = origins(&base.items, &new.items);
        let parts = origins.into_iter().zip(&new.items).map(|(origin, new)| {
            let origin = origin.and_then(|index| {
                let (old, base) = (old.items.get(index)?, base.items.get(index)?);
                Some((index, old, base))
            });
            let Some((index, old, base)) = origin else {
                let value = new.value;
                return Part::New { key: "", value };
            };
            let texts = Texts {
                old: old.value,
                base: base.value,
                new: new.value,
            };
            let value = self.value(texts, old.margin(margin));
            Part::Kept { index, value }
        });
        Some(old.with(&parts.collect::<Vec<_>>(), margin))
    }
}

/// Which element of `base` each one of `new` was: one that is the same, wherever it stands now, or else
/// the changed one that has most in common with it.
fn origins(base: &[Item<'_>], new: &[Item<'_>]) -> Vec<Option<usize>> {
    let mut same: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, item) in base.iter().enumerate() {
        same.entry(item.value).or_default().push_back(index);
    }
    let mut is_left = vec![true; base.len()];
    let mut origins: Vec<Option<usize>> = new
        .iter()
        .map(|item| same.get_mut(item.value)?.pop_front())
        .collect();
    for index in origins.iter().flatten() {
        is_left[*index] = false;
    }
    let mut left: VecDeque<(usize, Option<Level<'_>>)> = base
        .iter()
        .enumerate()
        .filter(|(index, _)| is_left[*index])
        .map(|(index, item)| (index, Level::of(item.value)))
        .collect();
    for (here, (origin, item)) in origins.iter_mut().zip(new).enumerate() {
        let Some(level) = Level::of(item.value).filter(|_| origin.is_none()) else {
            continue;
        };
        let candidates = left.iter().take(WINDOW).enumerate();
        let scored = candidates.filter_map(|(at, (index, old))| {
            let score = in_common(old.as_ref(), &level)?;
            // Where none came or went, one may be changed beyond recognition in its place.
            let is_in_place = *index == here && base.len() == new.len();
            (score > 0 || is_in_place).then_some((score, is_in_place, usize::MAX - at))
        });
        if let Some((.., from_end)) = scored.max() {
            *origin = left.remove(usize::MAX - from_end).map(|(index, _)| index);
        }
    }
    origins
}

/// The names of members that say which one an element is. With others there it is another one.
const IDS: [&str; 4] = ["\"id\"", "\"_id\"", "\"uid\"", "\"uuid\""];

/// How much two elements have in common: above all such a member, or else as many others as
/// possible. `None` if they are two.
fn in_common(old: Option<&Level<'_>>, new: &Level<'_>) -> Option<usize> {
    let Some(old) = old.filter(|old| old.is_object && new.is_object) else {
        return Some(0);
    };
    let mut common = 0;
    for item in &new.items {
        let is_id = IDS.contains(&item.key());
        let mut others = old.items.iter().filter(|other| other.key() == item.key());
        match others.next().map(|other| other.value == item.value) {
            Some(true) if is_id => common += new.items.len(),
            Some(true) => common += 1,
            Some(false) if is_id => return None,
            _ => {}
        }
    }
    Some(common)
}

/// Whether `base` can be what a type has made of `old`: no scalar that both have differs.
fn corresponds(old: &str, base: &str, depth: usize) -> bool {
    if depth >= DEPTH_MAX {
        return true;
    }
    match (Level::of(old), Level::of(base)) {
        (Some(old), Some(base)) if old.is_object && base.is_object => {
            let base: HashMap<_, _> = base.items.iter().map(|item| (item.name(), item)).collect();
            old.items.iter().all(|item| {
                let in_base = base.get(&item.name());
                in_base.is_none_or(|base| corresponds(item.value, base.value, depth + 1))
            })
        }
        (None, None) => is_same_scalar(old, base),
        _ => true,
    }
}

/// Whether two scalars are the same value, or of different sorts: then a type reads the one and
/// writes the other.
fn is_same_scalar(one: &str, other: &str) -> bool {
    let is_text = |scalar: &str| scalar.starts_with('"');
    if one == other || is_text(one) != is_text(other) {
        return true;
    }
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.to_bits() == other.to_bits(),
        _ => match (serde_json::from_str(one), serde_json::from_str(other)) {
            (Ok::<String, _>(one), Ok::<String, _>(other)) => one == other,
            _ => false,
        },
    }
}
