//! How the text of a save looks.

/// The order of the members that a save writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keys {
    /// As the type serialises them. A type that orders them by chance (`HashMap`) writes another text
    /// each time.
    #[default]
    AsDeclared,
    /// Sorted by name in every object, so that texts can be compared: by code point, as Python's
    /// `sort_keys` and `jq -S` sort them. Our own members stay where they are.
    Sorted,
}

/// Where the text of a save breaks into lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextForm {
    /// Every member and element has a line of its own, two spaces further in than what it stands in.
    #[default]
    Pretty,
    /// The value is on one line. The envelope keeps its lines, so that `head -n -2 FILE | sha256sum`
    /// checks it all the same; a flat file has one line for each of its outermost members.
    Compact,
}
