//! Which containers are collections, so that each of their values is a record: the rules of the crate's
//! first page, "What a record is".

use std::collections::HashMap;
use std::sync::Arc;

use crate::lex::unescape;
use crate::token::{Nest, Token};
use crate::tree::{Name, NodeId, Start, Tree};

/// The member of a wrapped document that holds the program's own.
const WRAPPED: &str = "data";

/// A text with its tree.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t> {
    pub(crate) bytes: &'t [u8],
    pub(crate) tokens: &'t [Token],
    pub(crate) tree: &'t Tree,
}

impl<'t> Text<'t> {
    pub(crate) fn token(&self, at: usize) -> &'t str {
        let range = self.tokens.get(at).map(|token| token.range());
        let bytes = range.and_then(|range| self.bytes.get(range));
        bytes
            .and_then(|bytes| str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

/// The collections below one root, each with its JSON Pointer if all the names in it are known.
pub(crate) type Collections = HashMap<NodeId, Option<Arc<str>>>;

/// Finds them by shape; or, if some are named, takes those.
pub(crate) fn find(text: Text<'_>, root: NodeId, named: &[String], into: &mut Collections) {
    if text.tree.get(root).nest.is_none() {
        return;
    }
    let is_guessed = text.tree.get(root).start == Start::Guessed;
    let mut finder = Finder { text, named, into };
    finder.add(root, (!is_guessed).then(|| Arc::from("")), &[], true);
}

struct Finder<'f> {
    text: Text<'f>,
    named: &'f [String],
    into: &'f mut Collections,
}

impl Finder<'_> {
    /// The names on the way from the root are those in `path`, as in a pointer, as far as they are known. Never
    /// deeper than the tree.
    fn add(
        &mut self,
        id: NodeId,
        pointer: Option<Arc<str>>,
        path: &[Option<String>],
        is_document: bool,
    ) {
        let tree = self.text.tree;
        for child in tree.children(id) {
            let node = tree.get(child);
            if node.nest.is_none() {
                continue;
            }
            let name = self.name(node.name);
            let below = pointer.as_deref().zip(name.as_deref());
            let below = below.map(|(pointer, name)| format!("{pointer}/{name}"));
            let path = [path, &[name]].concat();
            let is_collection = if tree.get(id).start != Start::There && node.is_cut {
                // It can't come back whole, and nobody knows what it was: its values can.
                true
            } else if self.named.is_empty() {
                self.has_shape(id, child, is_document)
            } else {
                self.leads_to_named(&path) && (below.is_some() || node.is_cut)
            };
            if is_collection {
                let is_document = is_document && self.is_wrapped(child);
                self.add(child, below.map(Arc::from), &path, is_document);
            }
        }
        self.into.insert(id, pointer);
    }

    fn name(&self, name: Name) -> Option<String> {
        let name = match name {
            Name::Member(token) => unescape(self.text.token(token)),
            Name::Index(index) => index.to_string(),
            Name::Root | Name::Gone => return None,
        };
        Some(name.replace('~', "~0").replace('/', "~1"))
    }

    /// Whether a collection that was named may be this one or in it.
    fn leads_to_named(&self, path: &[Option<String>]) -> bool {
        self.named.iter().any(|named| {
            let mut named = named.split('/').skip(1);
            path.iter().all(|name| match (named.next(), name) {
                (Some(named), Some(name)) => named == name,
                (named, _) => named.is_some(),
            })
        })
    }

    /// Whether the members of this object are to be looked at like those of the document.
    fn is_wrapped(&self, id: NodeId) -> bool {
        let node = self.text.tree.get(id);
        let is_data = match node.name {
            Name::Member(token) => unescape(self.text.token(token)) == WRAPPED,
            _ => false,
        };
        node.nest == Some(Nest::Object) && (is_data || node.start != Start::There)
    }

    fn has_shape(&self, parent: NodeId, id: NodeId, is_document: bool) -> bool {
        let tree = self.text.tree;
        if tree.get(parent).nest != Some(Nest::Object) {
            return false;
        }
        let node = tree.get(id);
        let has = |id, nested: bool| {
            tree.children(id)
                .any(|child| tree.get(child).nest.is_some() == nested)
        };
        let is_only = |nest: Option<Nest>| {
            // One that came out of damage may be a piece of another.
            let others = tree.children(parent).filter(|child| {
                *child != id && tree.get(*child).nest == nest && !tree.get(*child).is_headless()
            });
            others.count() == 0
        };
        match node.nest {
            None => false,
            Some(Nest::Array) => has(id, true) || has(parent, false) || is_only(node.nest),
            Some(Nest::Object) if !is_document => false,
            // It can't come back whole, and is like no record: its values can.
            Some(Nest::Object) if node.is_headless() && node.is_cut => !self.has_alike(parent, id),
            Some(Nest::Object) if self.begins_with_container(id) && !has(id, false) => {
                !self.has_alike(parent, id)
            }
            // What is whole in a container that is not comes back whole.
            Some(Nest::Object) if tree.get(parent).start != Start::There && !node.is_cut => false,
            Some(Nest::Object) => {
                is_only(node.nest) && (has(parent, false) || node.start != Start::There)
            }
        }
    }

    /// Whether the first member is a container. What stands behind damage is not asked: a record may have
    /// lost all else.
    fn begins_with_container(&self, id: NodeId) -> bool {
        let tree = self.text.tree;
        let name = Name::Member(tree.get(id).first + 1);
        let first = tree.children(id).next().map(|first| tree.get(first));
        first.is_some_and(|first| first.nest.is_some() && first.name == name)
    }

    /// Whether a sibling has mostly the same members: then both are records.
    fn has_alike(&self, parent: NodeId, id: NodeId) -> bool {
        let names = self.text.tree.get(id).names;
        let mut siblings =
            self.text.tree.children(parent).filter(|sibling| {
                *sibling != id && self.text.tree.get(*sibling).start == Start::There
            });
        // A few are enough to tell.
        siblings.by_ref().take(8).any(|sibling| {
            let others = self.text.tree.get(sibling).names;
            names.are_mostly_in(others) || others.are_mostly_in(names)
        })
    }
}
