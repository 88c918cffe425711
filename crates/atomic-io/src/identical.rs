//! Whether the file holds the bytes already, and durably.

use std::io;

use vfs::{File, FinalLink, OpenOptions};

use crate::resolve::Target;
use crate::{Durability, Metadata, Options};

const PIECE_LEN: usize = 64 * 1024;

/// Whether nothing needs to be written. Every failure to find out is a "no": then the bytes are
/// written, which is always right, and the one thing that mends an inode whose sync has failed.
pub(crate) fn is_settled(options: &Options, target: &Target, bytes: &[u8]) -> bool {
    let Some(old) = target.old_file() else {
        return false;
    };
    let mode_fits = match options.metadata {
        Metadata::Keep => true,
        Metadata::Fresh => false,
        Metadata::Mode(mode) => mode & 0o7777 == old.mode,
    };
    mode_fits
        && old.size == bytes.len() as u64
        && is_settled_file(options, target, bytes).unwrap_or(false)
}

fn is_settled_file(options: &Options, target: &Target, bytes: &[u8]) -> io::Result<bool> {
    // Windows syncs only what is open for writing.
    let open = if cfg!(windows) {
        OpenOptions::read_write()
    } else {
        OpenOptions::read()
    };
    let file = options
        .fs
        .open(&target.resolved, &open.final_link(FinalLink::Refuse))?;
    if !holds(file.as_ref(), bytes)? {
        return Ok(false);
    }
    if options.durability == Durability::Durable {
        file.sync_all()?;
        options.fs.sync_dir(vfs::parent(&target.resolved))?;
    }
    Ok(true)
}

fn holds(file: &dyn File, bytes: &[u8]) -> io::Result<bool> {
    if file.size()? != bytes.len() as u64 {
        return Ok(false);
    }
    let mut buffer = vec![0; PIECE_LEN.min(bytes.len())];
    let mut offset = 0;
    for piece in bytes.chunks(PIECE_LEN) {
        let buffer = &mut buffer[..piece.len()];
        file.read_exact_at(buffer, offset)?;
        if buffer != piece {
            return Ok(false);
        }
        offset += piece.len() as u64;
    }
    Ok(true)
}
