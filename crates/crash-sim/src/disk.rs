//! A tree of inodes: what is on the disk, or what the cache shows of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fingerprint::Fingerprint;

/// Position in [`Disk`]'s table. The root directory is 0; ids are never used again.
pub(crate) type InodeId = u32;

pub(crate) const ROOT: InodeId = 0;

/// Names of one directory.
pub(crate) type Names = BTreeMap<OsString, InodeId>;

/// All inodes, reachable or not. Cloning shares every content.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    inodes: Vec<Inode>,
}

#[derive(Clone, Debug)]
pub(crate) struct Inode {
    pub(crate) node: Node,
    pub(crate) attributes: Arc<Attributes>,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    File(Arc<Content>),
    Directory(Arc<Names>),
    Symlink(Arc<PathBuf>),
}

/// The bytes of a file, with their fingerprint once somebody has asked for it.
#[derive(Debug, Default)]
pub(crate) struct Content {
    bytes: Vec<u8>,
    /// 0: not known.
    fingerprint: AtomicU64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Attributes {
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) xattrs: BTreeMap<OsString, Vec<u8>>,
}

/// One call's change of attributes: each is kept or lost by itself.
#[derive(Clone, Debug)]
pub(crate) enum AttributeChange {
    Mode(u32),
    Owner { uid: u32, gid: u32 },
    Xattr(OsString, Vec<u8>),
}

impl Attributes {
    pub(crate) fn apply(&mut self, change: &AttributeChange) {
        match change {
            AttributeChange::Mode(mode) => self.mode = *mode,
            AttributeChange::Owner { uid, gid } => (self.uid, self.gid) = (*uid, *gid),
            AttributeChange::Xattr(name, value) => {
                self.xattrs.insert(name.clone(), value.clone());
            }
        }
    }
}

impl Content {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            fingerprint: AtomicU64::new(0),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut Vec<u8> {
        *self.fingerprint.get_mut() = 0;
        &mut self.bytes
    }

    fn fingerprint(&self) -> u64 {
        match self.fingerprint.load(Ordering::Relaxed) {
            0 => {
                let fresh = Fingerprint::of(&self.bytes) | 1;
                self.fingerprint.store(fresh, Ordering::Relaxed);
                fresh
            }
            known => known,
        }
    }
}

impl Clone for Content {
    fn clone(&self) -> Self {
        Self::new(self.bytes.clone())
    }
}

impl Inode {
    pub(crate) fn file(mode: u32) -> Self {
        Self::new(Node::File(Arc::default()), mode)
    }

    pub(crate) fn directory() -> Self {
        Self::new(Node::Directory(Arc::default()), 0o755)
    }

    pub(crate) fn symlink(target: PathBuf) -> Self {
        Self::new(Node::Symlink(Arc::new(target)), 0o777)
    }

    fn new(node: Node, mode: u32) -> Self {
        Self {
            node,
            attributes: Arc::new(Attributes {
                mode,
                ..Attributes::default()
            }),
        }
    }
}

impl Disk {
    /// An empty root directory.
    pub(crate) fn new() -> Self {
        Self {
            inodes: vec![Inode::directory()],
        }
    }

    pub(crate) fn inode(&self, id: InodeId) -> &Inode {
        &self.inodes[id as usize]
    }

    pub(crate) fn inode_mut(&mut self, id: InodeId) -> &mut Inode {
        &mut self.inodes[id as usize]
    }

    pub(crate) fn add(&mut self, inode: Inode) -> InodeId {
        self.inodes.push(inode);
        InodeId::try_from(self.inodes.len() - 1).expect("fewer than 2^32 inodes in one simulation")
    }

    pub(crate) fn content(&self, id: InodeId) -> &[u8] {
        match &self.inode(id).node {
            Node::File(content) => content.bytes(),
            _ => &[],
        }
    }

    pub(crate) fn content_mut(&mut self, id: InodeId) -> &mut Vec<u8> {
        match &mut self.inode_mut(id).node {
            Node::File(content) => Arc::make_mut(content).bytes_mut(),
            _ => unreachable!("only files are opened"),
        }
    }

    pub(crate) fn names(&self, id: InodeId) -> Option<&Names> {
        match &self.inode(id).node {
            Node::Directory(names) => Some(names),
            _ => None,
        }
    }

    pub(crate) fn names_mut(&mut self, id: InodeId) -> &mut Names {
        match &mut self.inode_mut(id).node {
            Node::Directory(names) => Arc::make_mut(names),
            _ => unreachable!("names are changed in directories only"),
        }
    }

    pub(crate) fn lookup(&self, dir: InodeId, name: &OsStr) -> Option<InodeId> {
        self.names(dir)?.get(name).copied()
    }

    /// How many names point to `id` that can be reached.
    pub(crate) fn links(&self, id: InodeId) -> u64 {
        let reached = self.reached().into_iter();
        let names = reached.filter_map(|id| self.names(id));
        names
            .flat_map(Names::values)
            .filter(|&&child| child == id)
            .count() as u64
    }

    /// Bytes of content in all files that have a name.
    pub(crate) fn used(&self) -> u64 {
        let reached = self.reached().into_iter();
        reached.map(|id| self.content(id).len() as u64).sum()
    }

    /// Everything that the root leads to.
    fn reached(&self) -> Vec<InodeId> {
        let mut seen = vec![false; self.inodes.len()];
        let mut open = vec![ROOT];
        let mut reached = Vec::new();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut seen[id as usize], true) {
                reached.push(id);
                open.extend(self.names(id).into_iter().flat_map(Names::values));
            }
        }
        reached
    }

    /// The content of the longest file, with or without a name.
    pub(crate) fn longest(&self) -> &[u8] {
        let contents = self.inodes.iter().filter_map(|inode| match &inode.node {
            Node::File(content) => Some(content.bytes()),
            Node::Directory(_) | Node::Symlink(_) => None,
        });
        contents
            .max_by_key(|content| content.len())
            .unwrap_or_default()
    }

    /// Whether `inode` is `tree` or below it. After a crash two directories may hold each other.
    pub(crate) fn holds(&self, tree: InodeId, inode: InodeId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![tree];
        while let Some(next) = open.pop() {
            if next == inode {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.names(next).into_iter().flat_map(Names::values));
            }
        }
        false
    }

    /// A fingerprint of everything that can be reached from the root: names, kinds, contents, attributes,
    /// and which names are one file. Unreachable inodes and inode numbers don't count.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint_from([ROOT])
    }

    /// The same of everything that can be reached from these.
    pub(crate) fn fingerprint_from(&self, roots: impl IntoIterator<Item = InodeId>) -> u64 {
        let mut walk = Walk {
            disk: self,
            order: vec![0; self.inodes.len()],
            count: 0,
            state: Fingerprint::new(),
        };
        roots.into_iter().for_each(|root| walk.visit(root));
        walk.state.finish()
    }
}

struct Walk<'a> {
    disk: &'a Disk,
    /// Number in order of first visit, from 1; 0: not yet visited.
    order: Vec<u32>,
    count: u32,
    state: Fingerprint,
}

impl Walk<'_> {
    /// Recursion is bounded: nothing is visited twice, and paths are limited in length.
    fn visit(&mut self, id: InodeId) {
        let order = &mut self.order[id as usize];
        if *order != 0 {
            let order = *order;
            self.state.number(u64::from(order));
            return;
        }
        self.count += 1;
        *order = self.count;
        let inode = self.disk.inode(id);
        self.state.attributes(&inode.attributes);
        match &inode.node {
            Node::File(content) => {
                self.state.number(1);
                self.state.number(content.fingerprint());
            }
            Node::Symlink(target) => {
                self.state.number(2);
                self.state.bytes(target.as_os_str().as_encoded_bytes());
            }
            Node::Directory(names) => {
                self.state.number(3 + ((names.len() as u64) << 2));
                for (name, &child) in names.iter() {
                    self.state.bytes(name.as_encoded_bytes());
                    self.visit(child);
                }
            }
        }
    }
}
