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

/// What a save does with the parts of a text that the program has not changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Untouched {
    /// It writes what the type writes. Members that the type does not know are gone, `4.00` becomes
    /// `4.0`.
    #[default]
    Rewrite,
    /// It leaves them as they stand in the file: members that the type does not know, the digits of
    /// numbers, the order of members, white space. What counts as changed is what the type writes
    /// for the value in the file and writes otherwise for the value to be saved. Elements of arrays are
    /// found again by what they have in common, wherever they are.
    ///
    /// **The value comes first.** Where the type would read another value from the result than the
    /// one that is saved (a member that it knows under two names), unknown members are left out of
    /// the objects that have gained or lost a member, and if need be of all: the backup has them.
    Keep,
}

/// What a save does if the text would be the same but for revision and time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unchanged {
    /// It writes: each save is a revision of its own.
    #[default]
    Write,
    /// It makes sure that what is there is durable (after a save of this document that was in doubt, by writing), makes no backup, and answers with the revision
    /// that is there. A type that orders members by chance (`HashMap`) is seldom found unchanged,
    /// unless with [`Untouched::Keep`].
    Skip,
}
