//! Objects, member by member.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::edit::Part;
use super::super::lines::Lines;
use super::super::scan::{Item, Level};
use super::{Merge, Texts, Unknown};

/// The names of an object's members in their order, and where each is.
struct Names<'t> {
    order: Vec<Cow<'t, str>>,
    index: HashMap<Cow<'t, str>, usize>,
}

impl<'t> Names<'t> {
    fn of(level: &Level<'t>) -> Self {
        let order: Vec<_> = level.items.iter().map(Item::name).collect();
        let index = order.iter().cloned().zip(0..).collect();
        Self { order, index }
    }

    fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    fn has_twins(&self) -> bool {
        self.index.len() < self.order.len()
    }

    fn item<'l>(&self, level: &'l Level<'t>, name: &str) -> Option<&'l Item<'t>> {
        level.items.get(*self.index.get(name)?)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(AsRef::as_ref)
    }

    /// Those that are also in both others, in their order here.
    fn common<'n>(&'n self, one: &'n Self, other: &'n Self) -> impl Iterator<Item = &'n str> {
        self.iter().filter(|name| one.has(name) && other.has(name))
    }
}

impl Merge {
    /// `None`: the new text.
    pub(super) fn object(
        self,
        old: &Level<'_>,
        base: &Level<'_>,
        new: &Level<'_>,
        margin: Option<&str>,
    ) -> Option<String> {
        let (in_old, in_base, in_new) = (Names::of(old), Names::of(base), Names::of(new));
        // A name that is there twice: nobody knows which of them is meant.
        let known = in_old
            .iter()
            .filter(|name| in_base.has(name) || in_new.has(name));
        let known_names = in_old.index.keys();
        let known_names = known_names.filter(|name| in_base.has(name) || in_new.has(name));
        if known.count() > known_names.count() || in_base.has_twins() || in_new.has_twins() {
            return None;
        }
        let keeps_unknown = match self.unknown {
            Unknown::Stays => true,
            Unknown::StaysInSameShape => {
                in_new.iter().all(|name| in_old.has(name))
                    && in_base.iter().all(|name| in_new.has(name))
            }
        };
        let mut kept = Vec::new();
        for (index, (name, item)) in in_old.iter().zip(&old.items).enumerate() {
            let value = match (in_base.item(base, name), in_new.item(new, name)) {
                (None, None) if keeps_unknown => None,
                (_, None) => continue,
                (None, Some(new)) => Some(Lines::at(item.margin(margin)).lay_out(new.value)),
                (Some(base), Some(new)) => {
                    let texts = Texts {
                        old: item.value,
                        base: base.value,
                        new: new.value,
                    };
                    self.value(texts, item.margin(margin))
                }
            };
            kept.push((name, Part::Kept { index, value }));
        }
        // What the type has filled in, and the program has left so, is not put in.
        let is_set = |name: &str, item: &Item<'_>| {
            let base = in_base.item(base, name);
            !in_old.has(name) && base.is_none_or(|base| base.value != item.value)
        };
        let added = in_new.iter().zip(&new.items);
        let added = added.filter(|(name, item)| is_set(name, item));
        let added: Vec<Slot<'_>> = added
            .map(|(name, item)| {
                let (key, value) = (item.key(), item.value);
                (name, Part::New { key, value })
            })
            .collect();
        let parts = if is_reordered(&in_old, &in_base, &in_new) {
            let (known, unknown) = kept
                .into_iter()
                .partition::<Vec<_>, _>(|slot| in_new.has(slot.0));
            let mut known: HashMap<_, _> = known.into_iter().chain(added).collect();
            let spine = in_new.iter();
            let spine = spine.filter_map(|name| Some((name, known.remove(name)?)));
            weave(spine.collect(), unknown, in_old.iter())
        } else {
            weave(kept, added, in_new.iter())
        };
        Some(old.with(&parts, margin))
    }
}

/// Whether the type keeps the order of the members, and the program has given them another one. A
/// type that has no order (`HashMap`) does not give back that of the file.
fn is_reordered(old: &Names<'_>, base: &Names<'_>, new: &Names<'_>) -> bool {
    base.common(old, new).eq(old.common(base, new))
        && !base.common(old, new).eq(new.common(old, base))
}

/// A member with its name.
type Slot<'p> = (&'p str, Part<'p>);

/// `spine`, each with those of `others` behind it that follow it in `order`, which is theirs.
fn weave<'p>(
    spine: Vec<Slot<'p>>,
    others: Vec<Slot<'p>>,
    order: impl Iterator<Item = &'p str>,
) -> Vec<Part<'p>> {
    let in_spine: HashSet<&str> = spine.iter().map(|(name, _)| *name).collect();
    let mut others = others.into_iter().peekable();
    let mut behind: HashMap<Option<&str>, Vec<Part<'p>>> = HashMap::new();
    let mut last = None;
    for name in order {
        if in_spine.contains(name) {
            last = Some(name);
        } else if let Some((_, part)) = others.next_if(|(other, _)| *other == name) {
            behind.entry(last).or_default().push(part);
        }
    }
    let mut parts = behind.remove(&None).unwrap_or_default();
    for (name, part) in spine {
        parts.push(part);
        parts.extend(behind.remove(&Some(name)).unwrap_or_default());
    }
    parts
}
