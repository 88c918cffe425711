//! From a path to the directory, the name and the inode that it means.

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path};

use crate::disk::{Disk, InodeId, Node, ROOT};
use crate::errno;

/// Bytes in one name.
const NAME_MAX: usize = 255;
/// Bytes in one path.
const PATH_MAX: usize = 4095;
/// Symbolic links on one walk.
const LINKS_MAX: u32 = 40;

/// Where a path leads.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) dir: InodeId,
    /// `None` for a path that ends in the root, `.` or `..`: it names a directory, but no entry to change.
    pub(crate) name: Option<OsString>,
    pub(crate) inode: Option<InodeId>,
}

impl Place {
    /// The inode, or `ENOENT`.
    pub(crate) fn existing(&self) -> io::Result<InodeId> {
        self.inode.ok_or_else(errno::not_found)
    }

    /// The entry to change, or `EINVAL`.
    pub(crate) fn entry(self) -> io::Result<(InodeId, OsString)> {
        Ok((self.dir, self.name.ok_or_else(errno::invalid)?))
    }
}

/// Follows `path` from the root directory (which is every process's working directory).
/// A symbolic link in the last component is followed if `follow` says so.
pub(crate) fn walk(disk: &Disk, path: &Path, follow: bool) -> io::Result<Place> {
    Walk {
        disk,
        stack: vec![ROOT],
        links: 0,
    }
    .follow(path, follow)
}

struct Walk<'a> {
    disk: &'a Disk,
    /// The directories from the root to where the walk stands.
    stack: Vec<InodeId>,
    links: u32,
}

impl Walk<'_> {
    /// Recursion is bounded by [`LINKS_MAX`].
    fn follow(&mut self, path: &Path, follow: bool) -> io::Result<Place> {
        let text = path.as_os_str().as_encoded_bytes();
        if text.is_empty() {
            return Err(errno::not_found());
        }
        if text.contains(&0) {
            return Err(errno::invalid());
        }
        if text.len() > PATH_MAX {
            return Err(errno::name_too_long());
        }
        // `components` drops a trailing "/" or "/.", which asks for a directory.
        let wants_directory = text.ends_with(b"/") || text.ends_with(b"/.");
        let mut components = path.components().peekable();
        while let Some(component) = components.next() {
            match component {
                Component::Prefix(_) | Component::CurDir => {}
                Component::RootDir => self.stack.truncate(1),
                Component::ParentDir => self.stack.truncate((self.stack.len() - 1).max(1)),
                Component::Normal(name) => {
                    if name.len() > NAME_MAX {
                        return Err(errno::name_too_long());
                    }
                    let last = components.peek().is_none();
                    let dir = self.here();
                    let found = self.disk.lookup(dir, name);
                    let Some(inode) = found else {
                        return if last && !wants_directory {
                            Ok(Place {
                                dir,
                                name: Some(name.to_owned()),
                                inode: None,
                            })
                        } else {
                            Err(errno::not_found())
                        };
                    };
                    let through = !last || wants_directory;
                    match &self.disk.inode(inode).node {
                        Node::Symlink(target) if through || follow => {
                            let place = self.link(target)?;
                            if !through {
                                return Ok(place);
                            }
                            self.enter(place.existing()?)?;
                        }
                        Node::Directory(_) if through => self.enter(inode)?,
                        _ if through => return Err(errno::not_a_directory()),
                        _ => {
                            return Ok(Place {
                                dir,
                                name: Some(name.to_owned()),
                                inode: Some(inode),
                            });
                        }
                    }
                }
            }
        }
        let dir = self.stack[self.stack.len().saturating_sub(2)];
        Ok(Place {
            dir,
            name: None,
            inode: Some(self.here()),
        })
    }

    fn here(&self) -> InodeId {
        self.stack[self.stack.len() - 1]
    }

    fn link(&mut self, target: &Path) -> io::Result<Place> {
        self.links += 1;
        if self.links > LINKS_MAX {
            return Err(errno::too_many_links());
        }
        self.follow(target, true)
    }

    fn enter(&mut self, inode: InodeId) -> io::Result<()> {
        if self.disk.names(inode).is_none() {
            return Err(errno::not_a_directory());
        }
        if self.here() != inode {
            self.stack.push(inode);
        }
        Ok(())
    }
}
