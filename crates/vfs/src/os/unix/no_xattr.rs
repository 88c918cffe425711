//! No extended attributes: Unix systems whose interface for them is another one.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{ErrorKind, Result};

pub(super) fn all(_file: &File) -> Result<Vec<(OsString, Vec<u8>)>> {
    Ok(Vec::new())
}

pub(super) fn set(_file: &File, _name: &OsStr, _value: &[u8]) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}
