//! Making the file that the next segment will be, before it is needed.

use std::io;
use std::path::Path;

use vfs::{File, Fs, OpenOptions};

use crate::identity::Identity;
use crate::layout;
use crate::output::Output;
use crate::page::{BLANK, PAGE};
use crate::segment::Blank;

/// Bytes that are written at once. The page cache keeps what one call has written in pieces of up to that size, and looks through
/// the whole piece at each later write into it, and at its sync: behind pieces of 1 MiB an append took 2 to 4 µs longer (ext4, Linux 6.18).
const PIECE: usize = 16 * PAGE;
/// Bytes after which the device is told to begin.
const CHUNK: u64 = 1 << 20;

/// Makes the spare of a segment: `size` bytes of blanks, durable, of a file that was a segment if there is one. Gives up with
/// [`Interrupted`](io::ErrorKind::Interrupted) once `stop` says so.
///
/// All of it is written, also where the file had its blocks before: what a log does not use must not show old records to text tools.
pub(crate) fn prepare(
    fs: &dyn Fs,
    dir: &Path,
    identity: Identity,
    size: u64,
    stop: &dyn Fn() -> bool,
) -> io::Result<Blank> {
    let path = layout::spare(dir, identity);
    let file = match fs.rename(&dir.join(layout::OLD_SPARE), &path) {
        Ok(()) => fs.open(&path, &OpenOptions::read_write())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(fs, &path)?,
        Err(error) => return Err(error),
    };
    let filled = fill(file, size, stop);
    match filled {
        Ok(file) => Ok(Blank {
            output: Output::open(fs, &path, file),
            path,
            identity,
            size,
        }),
        Err(error) => {
            // On a full disk half a spare is in the way of everybody.
            let _ = fs.remove_file(&path);
            Err(error)
        }
    }
}

/// A file that is new. One that is there already is what a try has left that failed, perhaps in its sync: then its size can't
/// become durable any more, whatever is written to it.
fn create(fs: &dyn Fs, path: &Path) -> io::Result<Box<dyn File>> {
    match fs.open(path, &OpenOptions::create_new()) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs.remove_file(path)?;
            fs.open(path, &OpenOptions::create_new())
        }
        opened => opened,
    }
}

fn fill(file: Box<dyn File>, size: u64, stop: &dyn Fn() -> bool) -> io::Result<Box<dyn File>> {
    if file.size()? > size {
        file.set_size(size)?;
    }
    // In one piece if the file system can, and a full disk says so before a byte is written.
    match file.allocate(size) {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    let piece = BLANK.repeat(PIECE.min(usize::try_from(size).unwrap_or(PIECE)) / PAGE);
    let (mut at, mut begun) = (0, 0);
    while at < size {
        if stop() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = (size - at).min(piece.len() as u64);
        file.write_all_at(&piece[..usize::try_from(len).unwrap_or(piece.len())], at)?;
        at += len;
        // The device works while the next chunk is copied, and the sync at the end has little left to do.
        if at - begun >= CHUNK || at == size {
            // A hint: the sync at the end is what counts, and what reports.
            let _ = file.write_back(begun, at - begun);
            begun = at;
        }
    }
    file.sync_all()?;
    Ok(file)
}
