//! A container that is open.

use crate::token::Nest;
use crate::tree::{Name, Names, NodeId};

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// A name or value, or the end.
    First,
    /// The same, after a comma; the end makes it a trailing one.
    AfterComma,
    Colon,
    Value,
    /// A comma, or the end.
    Next,
    /// There was damage: anything.
    Anything,
}

/// A container that is open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// `None`: deeper than the tree.
    pub(super) node: Option<NodeId>,
    /// `None`: opened in the damage, and nothing has shown yet what it is.
    pub(super) nest: Option<Nest>,
    pub(super) expect: Expect,
    /// Of the member whose colon or value is expected.
    pub(super) name: Name,
    /// How many items an array has had, while that is known.
    pub(super) count: Option<usize>,
    pub(super) pending: Option<Scalar>,
    /// The value before this one, if it was a scalar.
    pub(super) last_scalar: Option<NodeId>,
    /// The names of its own members.
    pub(super) names: Names,
    /// The names that the members of its values have.
    pub(super) known: Names,
    /// How many objects these are of.
    pub(super) known_records: usize,
}

/// A scalar whose right delimiter was not seen yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar {
    pub(super) name: Name,
    pub(super) token: usize,
    pub(super) is_delimited: bool,
}

impl Frame {
    pub(super) fn new(node: Option<NodeId>, nest: Option<Nest>) -> Self {
        Self {
            node,
            nest,
            expect: Expect::First,
            name: Name::Gone,
            count: Some(0),
            pending: None,
            last_scalar: None,
            names: Names::default(),
            known: Names::default(),
            known_records: 0,
        }
    }

    /// One whose beginning is in the damage.
    pub(super) fn headless(node: Option<NodeId>, nest: Option<Nest>) -> Self {
        Self {
            expect: Expect::Anything,
            count: None,
            ..Self::new(node, nest)
        }
    }

    /// A member's name, where one may be.
    pub(super) fn begin_name(&mut self, name: Name) -> bool {
        let may_be = matches!(
            self.expect,
            Expect::First | Expect::AfterComma | Expect::Anything
        );
        if !may_be || self.nest == Some(Nest::Array) {
            return false;
        }
        self.nest = Some(Nest::Object);
        self.name = name;
        self.expect = Expect::Colon;
        true
    }

    /// Whether a string can only be a name here.
    pub(super) fn expects_name(&self) -> bool {
        let is_start = matches!(self.expect, Expect::First | Expect::AfterComma);
        is_start && self.nest == Some(Nest::Object)
    }

    /// A value, where one may be: how it is named.
    pub(super) fn begin_value(&mut self, is_container: bool) -> Option<Name> {
        let name = match (self.expect, self.nest) {
            (Expect::Value, _) => self.name,
            (Expect::First | Expect::AfterComma | Expect::Anything, Some(Nest::Array)) => {
                let count = self.count;
                self.count = count.map(|count| count + 1);
                count.map_or(Name::Gone, Name::Index)
            }
            // Its name, if it has one, is in the damage.
            (Expect::Anything, _) => Name::Gone,
            // A list whose beginning is gone.
            (Expect::AfterComma, None) => {
                self.nest = Some(Nest::Array);
                Name::Gone
            }
            _ => return None,
        };
        self.expect = Expect::Next;
        self.pending = None;
        if is_container {
            self.last_scalar = None;
        }
        Some(name)
    }

    /// How the value is named that was being read.
    pub(super) fn pending_name(&self) -> Name {
        match (self.expect, self.pending) {
            (_, Some(scalar)) => scalar.name,
            (Expect::Colon | Expect::Value, None) => self.name,
            _ => Name::Gone,
        }
    }
}
