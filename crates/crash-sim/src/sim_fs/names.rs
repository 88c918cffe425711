//! The calls on names.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use vfs::{Access, Create, File, FileId, FileKind, Fs, Metadata, OpenOptions, Owner};

use super::SimFs;
use crate::device::UMASK;
use crate::disk::{Inode, InodeId, Node};
use crate::errno;
use crate::machine::Machine;
use crate::op::Covers;
use crate::sim_file::SimFile;
use crate::trace::Subject;
use crate::walk::walk;

impl Fs for SimFs {
    fn open(&self, path: &Path, options: &OpenOptions) -> io::Result<Box<dyn File>> {
        let (inode, handle) = self.on_path("open", path, |machine| {
            // O_EXCL and O_NOFOLLOW both look at the link itself.
            let follow = options.follows() && options.create() != Create::New;
            let place = walk(&machine.live, path, follow)?;
            let inode = match (place.inode, options.create()) {
                (Some(_), Create::New) => return Err(errno::exists()),
                (Some(inode), _) => {
                    if options.access() == Access::ReadWrite {
                        machine.writable()?;
                    }
                    inode
                }
                (None, Create::Never) => return Err(errno::not_found()),
                (None, _) => {
                    machine.writable()?;
                    let (dir, name) = place.entry()?;
                    let inode =
                        machine.add_inode(Inode::file(options.creation_mode() & !UMASK & 0o7777));
                    machine.set_name(dir, &name, inode);
                    inode
                }
            };
            match machine.live.inode(inode).node {
                Node::File(_) => {}
                Node::Directory(_) => return Err(errno::is_a_directory()),
                Node::Symlink(_) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "a symbolic link, not followed",
                    ));
                }
            }
            if options.is_direct() && !machine.device.direct {
                return Err(errno::unsupported());
            }
            Ok((inode, machine.new_handle()))
        })?;
        Ok(Box::new(SimFile::new(self.clone(), inode, handle, options)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.on_paths("rename", from, to, |machine| {
            rename(machine, from, to, true)
        })
    }

    fn rename_no_replace(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.on_paths("rename_no_replace", from, to, |machine| {
            rename(machine, from, to, false)
        })
    }

    fn hard_link(&self, original: &Path, link: &Path) -> io::Result<()> {
        self.on_paths("hard_link", original, link, |machine| {
            machine.writable()?;
            let inode = walk(&machine.live, original, false)?.existing()?;
            let place = walk(&machine.live, link, false)?;
            if place.inode.is_some() {
                return Err(errno::exists());
            }
            if machine.device.unless_mounted(original).is_err() {
                return Err(errno::crosses_devices());
            }
            if machine.live.names(inode).is_some() || !machine.device.hard_links {
                return Err(errno::not_permitted());
            }
            let (dir, name) = place.entry()?;
            machine.set_name(dir, &name, inode);
            Ok(())
        })
    }

    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()> {
        self.on_paths("symlink", target, link, |machine| {
            add(machine, link, || Inode::symlink(target.to_owned()))
        })
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.on_path("read_link", path, |machine| {
            let inode = walk(&machine.live, path, false)?.existing()?;
            match &machine.live.inode(inode).node {
                Node::Symlink(target) => Ok(target.as_ref().clone()),
                _ => Err(errno::invalid()),
            }
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.on_path("remove_file", path, |machine| {
            machine.writable()?;
            let place = walk(&machine.live, path, false)?;
            if machine.live.names(place.existing()?).is_some() {
                return Err(errno::is_a_directory());
            }
            machine.device.unless_mounted(path)?;
            let (dir, name) = place.entry()?;
            machine.delete_name(dir, &name);
            Ok(())
        })
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.on_path("create_dir", path, |machine| {
            add(machine, path, Inode::directory)
        })
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.on_path("remove_dir", path, |machine| {
            machine.writable()?;
            let place = walk(&machine.live, path, false)?;
            match machine.live.names(place.existing()?) {
                None => return Err(errno::not_a_directory()),
                Some(names) if !names.is_empty() => return Err(errno::not_empty()),
                Some(_) => {}
            }
            let (dir, name) = place.entry()?;
            machine.delete_name(dir, &name);
            Ok(())
        })
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.on_path("read_dir", path, |machine| {
            let inode = walk(&machine.live, path, true)?.existing()?;
            let names = machine
                .live
                .names(inode)
                .ok_or_else(errno::not_a_directory)?;
            Ok(names.keys().cloned().collect())
        })
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.on_path("metadata", path, |machine| {
            let inode = walk(&machine.live, path, false)?.existing()?;
            Ok(metadata(machine, inode))
        })
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.call(
            "sync_dir",
            Subject::Path(path.to_owned()),
            |machine, fault| {
                let inode = walk(&machine.live, path, true)?.existing()?;
                if machine.live.names(inode).is_none() {
                    return Err(errno::not_a_directory());
                }
                machine.sync(inode, Covers::Names, fault)
            },
        )
    }
}

fn add(machine: &mut Machine, path: &Path, inode: impl FnOnce() -> Inode) -> io::Result<()> {
    machine.writable()?;
    let place = walk(&machine.live, path, false)?;
    if place.inode.is_some() {
        return Err(errno::exists());
    }
    let (dir, name) = place.entry()?;
    let inode = machine.add_inode(inode());
    machine.set_name(dir, &name, inode);
    Ok(())
}

/// The checks stand in the kernel's order: which error a call with two faults answers is part of the contract.
fn rename(machine: &mut Machine, from: &Path, to: &Path, replace: bool) -> io::Result<()> {
    machine.writable()?;
    let source = walk(&machine.live, from, false)?;
    let target = walk(&machine.live, to, false)?;
    let child = source.existing()?;
    machine.device.unless_mounted(from)?;
    if target.inode.is_some() && !replace {
        return Err(errno::exists());
    }
    let is_dir = |inode: InodeId| machine.live.names(inode).is_some();
    if is_dir(child) && machine.live.holds(child, target.dir) {
        // The kernel says EINVAL to both, and of the second nobody can tell it from "can't do it".
        return Err(if replace {
            errno::invalid()
        } else {
            errno::unsupported()
        });
    }
    if let Some(there) = target.inode {
        if there == child {
            return Ok(());
        }
        machine.device.unless_mounted(to)?;
        if machine.live.holds(there, source.dir) {
            return Err(errno::not_empty());
        }
        match (is_dir(child), is_dir(there)) {
            (true, false) => return Err(errno::not_a_directory()),
            (false, true) => return Err(errno::is_a_directory()),
            (true, true)
                if machine
                    .live
                    .names(there)
                    .is_some_and(|names| !names.is_empty()) =>
            {
                return Err(errno::not_empty());
            }
            _ => {}
        }
    }
    if !replace && !machine.device.rename_no_replace {
        return Err(errno::unsupported());
    }
    let (from_dir, from_name) = source.entry()?;
    let (to_dir, to_name) = target.entry()?;
    machine.move_name((from_dir, &from_name), (to_dir, &to_name), child);
    Ok(())
}

pub(crate) fn metadata(machine: &Machine, id: InodeId) -> Metadata {
    let inode = machine.live.inode(id);
    let (kind, size) = match &inode.node {
        Node::File(content) => (FileKind::File, content.bytes().len() as u64),
        Node::Directory(names) => (FileKind::Directory, names.len() as u64),
        Node::Symlink(target) => (FileKind::Symlink, target.as_os_str().len() as u64),
    };
    Metadata {
        kind,
        size,
        mode: inode.attributes.mode,
        owner: Some(Owner {
            uid: inode.attributes.uid,
            gid: inode.attributes.gid,
        }),
        links: Some(machine.live.links(id)),
        id: Some(FileId {
            device: 1,
            inode: u64::from(id),
        }),
    }
}
