//! The upper levels of a document: deep enough to find its records.

use std::ops::RangeInclusive;

use crate::token::Nest;

/// Values below this many brackets are looked at and not kept: the root is 1, the value of a wrapped file
/// is 2, a collection of it 3, a record 4.
pub(crate) const KEPT_DEPTH: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(u32);

/// How a value is named where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// It is the root.
    Root,
    /// By the string that is this token.
    Member(usize),
    /// By how many were before it.
    Index(usize),
    /// Nobody knows any more.
    Gone,
}

/// Where a container begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// At its bracket.
    There,
    /// In the damage before it.
    Lost,
    /// In the damage, and that it stands where the tree has it is no more than likely.
    Guessed,
}

#[derive(Debug)]
pub(crate) struct Node {
    /// `None`: a scalar.
    pub(crate) nest: Option<Nest>,
    pub(crate) name: Name,
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Something in it is damaged, or its end is missing.
    pub(crate) is_cut: bool,
    pub(crate) start: Start,
    /// Whether its closing bracket is there.
    pub(crate) is_closed: bool,
    pub(crate) names: Names,
    first_child: Option<NodeId>,
    last_child: Option<NodeId>,
    next: Option<NodeId>,
}

impl Node {
    pub(crate) fn new(nest: Option<Nest>, name: Name, first: usize) -> Self {
        Self {
            nest,
            name,
            first,
            last: first,
            is_cut: false,
            start: Start::There,
            is_closed: false,
            names: Names::default(),
            first_child: None,
            last_child: None,
            next: None,
        }
    }

    /// Whether its beginning, or its name, is in the damage.
    pub(crate) fn is_headless(&self) -> bool {
        self.start != Start::There || self.name == Name::Gone
    }

    pub(crate) fn tokens(&self) -> RangeInclusive<usize> {
        self.first..=self.last
    }
}

/// Nodes, and which are roots.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    pub(crate) roots: Vec<NodeId>,
}

impl Tree {
    pub(crate) fn add(&mut self, parent: Option<NodeId>, node: Node) -> NodeId {
        // There are no more of them than tokens, whose offsets fit.
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        let Some(parent) = parent else {
            self.roots.push(id);
            return id;
        };
        let before = self.get_mut(parent).last_child.replace(id);
        match before {
            Some(before) => self.get_mut(before).next = Some(id),
            None => self.get_mut(parent).first_child = Some(id),
        }
        id
    }

    #[expect(clippy::indexing_slicing, reason = "only `add` makes an id")]
    pub(crate) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "only `add` makes an id")]
    pub(crate) fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut next = self.get(id).first_child;
        std::iter::from_fn(move || {
            let id = next?;
            next = self.get(id).next;
            Some(id)
        })
    }
}

/// The names of an object's members, roughly: enough to tell a contact from a note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(u128);

impl Names {
    pub(crate) fn add(&mut self, name: &[u8]) {
        // FNV-1a.
        let hash = name.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.0 |= 1 << (hash >> 57);
    }

    pub(crate) fn add_all(&mut self, others: Self) {
        self.0 |= others.0;
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether at least two of three of these names are among the others. One alone may be so by chance.
    pub(crate) fn are_mostly_in(self, others: Self) -> bool {
        let (all, shared) = (self.0.count_ones(), (self.0 & others.0).count_ones());
        shared > 1 && shared * 3 >= all * 2
    }

    /// Whether fewer than one of three is.
    pub(crate) fn are_hardly_in(self, others: Self) -> bool {
        (self.0 & others.0).count_ones() * 3 < self.0.count_ones()
    }
}
