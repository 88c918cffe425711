//! The errors of ordinary misuse, as Linux numbers them.

use std::io::{Error, ErrorKind};

/// The error with Linux's number where that is what the number means, else with the kind alone.
fn raw(number: i32, kind: ErrorKind) -> Error {
    if cfg!(target_os = "linux") {
        Error::from_raw_os_error(number)
    } else {
        kind.into()
    }
}

pub(crate) fn not_permitted() -> Error {
    raw(1, ErrorKind::PermissionDenied)
}

pub(crate) fn not_found() -> Error {
    raw(2, ErrorKind::NotFound)
}

pub(crate) fn interrupted() -> Error {
    raw(4, ErrorKind::Interrupted)
}

pub(crate) fn io() -> Error {
    raw(5, ErrorKind::Other)
}

pub(crate) fn bad_handle() -> Error {
    raw(9, ErrorKind::Other)
}

pub(crate) fn denied() -> Error {
    raw(13, ErrorKind::PermissionDenied)
}

pub(crate) fn busy() -> Error {
    raw(16, ErrorKind::ResourceBusy)
}

pub(crate) fn exists() -> Error {
    raw(17, ErrorKind::AlreadyExists)
}

pub(crate) fn crosses_devices() -> Error {
    raw(18, ErrorKind::CrossesDevices)
}

pub(crate) fn not_a_directory() -> Error {
    raw(20, ErrorKind::NotADirectory)
}

pub(crate) fn is_a_directory() -> Error {
    raw(21, ErrorKind::IsADirectory)
}

pub(crate) fn invalid() -> Error {
    raw(22, ErrorKind::InvalidInput)
}

pub(crate) fn too_many_open() -> Error {
    raw(24, ErrorKind::Other)
}

pub(crate) fn file_too_large() -> Error {
    raw(27, ErrorKind::FileTooLarge)
}

pub(crate) fn no_space() -> Error {
    raw(28, ErrorKind::StorageFull)
}

pub(crate) fn read_only() -> Error {
    raw(30, ErrorKind::ReadOnlyFilesystem)
}

pub(crate) fn name_too_long() -> Error {
    raw(36, ErrorKind::InvalidFilename)
}

pub(crate) fn not_empty() -> Error {
    raw(39, ErrorKind::DirectoryNotEmpty)
}

pub(crate) fn too_many_links() -> Error {
    raw(40, ErrorKind::InvalidInput)
}

pub(crate) fn quota() -> Error {
    raw(122, ErrorKind::QuotaExceeded)
}

pub(crate) fn unsupported() -> Error {
    ErrorKind::Unsupported.into()
}
