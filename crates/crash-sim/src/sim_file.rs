//! [`File`] on a simulated machine.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;

use vfs::{Access, DIRECT_BLOCK, File, LockKind, Metadata, OpenOptions};

use crate::device::{Allocation, BLOCK, Locking};
use crate::disk::{AttributeChange, InodeId};
use crate::errno;
use crate::fault::Fault;
use crate::machine::{HandleId, Machine};
use crate::op::Covers;
use crate::sim_fs::{SimFs, metadata};
use crate::trace::Subject;

pub(crate) struct SimFile {
    fs: SimFs,
    inode: InodeId,
    handle: HandleId,
    access: Access,
    is_direct: bool,
}

impl SimFile {
    pub(crate) fn new(fs: SimFs, inode: InodeId, handle: HandleId, options: &OpenOptions) -> Self {
        Self {
            fs,
            inode,
            handle,
            access: options.access(),
            is_direct: options.is_direct(),
        }
    }

    fn call<T>(
        &self,
        name: &'static str,
        body: impl FnOnce(&mut Machine) -> io::Result<T>,
    ) -> io::Result<T> {
        self.fs
            .call(name, Subject::Inode(self.inode), |machine, _| body(machine))
    }

    fn may_write(&self) -> io::Result<()> {
        if self.access == Access::Read {
            Err(errno::bad_handle())
        } else {
            Ok(())
        }
    }

    /// As strict as the strictest disk that a direct handle is opened on.
    fn may_transfer(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let is_aligned = bytes.as_ptr().addr().is_multiple_of(DIRECT_BLOCK)
            && bytes.len().is_multiple_of(DIRECT_BLOCK)
            && offset.is_multiple_of(DIRECT_BLOCK as u64);
        if self.is_direct && !is_aligned {
            Err(errno::invalid())
        } else {
            Ok(())
        }
    }

    /// What a transfer of `len` bytes may take. The kernel looks for a kill between blocks.
    fn taken(&self, len: usize, offset: u64, fault: Option<Fault>) -> usize {
        match fault {
            Some(Fault::Short) if self.is_direct => (len / BLOCK).div_ceil(2) * BLOCK,
            Some(Fault::Short) => len.div_ceil(2),
            Some(Fault::KillInside) => {
                let before = usize::try_from(offset % BLOCK as u64).unwrap_or(0);
                let blocks = (before + len).div_ceil(BLOCK);
                (blocks.div_ceil(2) * BLOCK - before).min(len)
            }
            _ => len,
        }
    }

    fn bytes(&self, offset: u64, len: usize) -> Subject {
        Subject::Bytes {
            inode: self.inode,
            offset,
            len: len as u64,
        }
    }
}

impl fmt::Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimFile")
            .field("inode", &self.inode)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl File for SimFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.fs.call(
            "read_at",
            self.bytes(offset, buf.len()),
            |machine, fault| {
                self.may_transfer(buf, offset)?;
                let content = machine.live.content(self.inode);
                let start =
                    usize::try_from(offset).map_or(content.len(), |start| start.min(content.len()));
                let count = self.taken(buf.len().min(content.len() - start), offset, fault);
                buf[..count].copy_from_slice(&content[start..start + count]);
                Ok(count)
            },
        )
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        let name = if self.is_direct {
            "write_direct_at"
        } else {
            "write_at"
        };
        self.fs
            .call(name, self.bytes(offset, buf.len()), |machine, fault| {
                self.may_write()?;
                self.may_transfer(buf, offset)?;
                machine.writable()?;
                let taken = self.taken(buf.len(), offset, fault);
                machine.write(self.inode, &buf[..taken], offset)
            })
    }

    fn size(&self) -> io::Result<u64> {
        self.call("size", |machine| {
            Ok(machine.live.content(self.inode).len() as u64)
        })
    }

    fn set_size(&self, size: u64) -> io::Result<()> {
        self.call("set_size", |machine| {
            if self.access == Access::Read {
                return Err(errno::invalid());
            }
            machine.writable()?;
            machine.truncate(self.inode, size)
        })
    }

    fn allocate(&self, size: u64) -> io::Result<()> {
        self.call("allocate", |machine| {
            if size == 0 {
                return Ok(());
            }
            self.may_write()?;
            machine.writable()?;
            if machine.device.allocation == Allocation::Unsupported {
                return Err(errno::unsupported());
            }
            machine.allocate(self.inode, size)
        })
    }

    fn write_back(&self, offset: u64, len: u64) -> io::Result<()> {
        let subject = Subject::Bytes {
            inode: self.inode,
            offset,
            len,
        };
        self.fs.call("write_back", subject, |_, _| Ok(()))
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.call("file_metadata", |machine| Ok(metadata(machine, self.inode)))
    }

    fn set_permissions(&self, mode: u32) -> io::Result<()> {
        self.call("set_permissions", |machine| {
            machine.writable()?;
            machine.set_attribute(self.inode, AttributeChange::Mode(mode & 0o7777));
            Ok(())
        })
    }

    fn set_owner(&self, uid: u32, gid: u32) -> io::Result<()> {
        self.call("set_owner", |machine| {
            machine.writable()?;
            machine.set_attribute(self.inode, AttributeChange::Owner { uid, gid });
            Ok(())
        })
    }

    fn xattrs(&self) -> io::Result<Vec<(OsString, Vec<u8>)>> {
        self.call("xattrs", |machine| {
            let attributes = &machine.live.inode(self.inode).attributes;
            Ok(attributes
                .xattrs
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect())
        })
    }

    fn set_xattr(&self, name: &OsStr, value: &[u8]) -> io::Result<()> {
        self.call("set_xattr", |machine| {
            machine.writable()?;
            if !machine.device.xattrs {
                return Err(errno::unsupported());
            }
            let change = AttributeChange::Xattr(name.to_owned(), value.to_owned());
            machine.set_attribute(self.inode, change);
            Ok(())
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        self.fs
            .call("sync_data", Subject::Inode(self.inode), |machine, fault| {
                machine.sync(self.inode, Covers::Data, fault)
            })
    }

    fn sync_all(&self) -> io::Result<()> {
        self.fs
            .call("sync_all", Subject::Inode(self.inode), |machine, fault| {
                machine.sync(self.inode, Covers::DataAndAttributes, fault)
            })
    }

    fn try_lock(&self, kind: LockKind) -> io::Result<bool> {
        let process = self.fs.process_id();
        self.call("try_lock", |machine| match machine.device.locking {
            Locking::Works => Ok(machine.locks.take(self.inode, process, self.handle, kind)),
            Locking::Unsupported => Err(errno::unsupported()),
            Locking::Ignored => Ok(true),
        })
    }

    fn unlock(&self) -> io::Result<()> {
        self.call("unlock", |machine| {
            machine.locks.release(self.inode, self.handle);
            Ok(())
        })
    }
}

impl Drop for SimFile {
    /// Closing is not a call that can fail or that a crash point could stand before: it only frees the lock.
    fn drop(&mut self) {
        self.fs.machine().locks.release(self.inode, self.handle);
    }
}
