//! What is left of bytes that are damaged: `docs/formats/document.md`, "Recovery of a damaged document".

use std::io::Read as _;

use compress::{Codec, Decoder};
use salvage::{Lost, Record};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Content, Form};
use crate::envelope::{Opened, Seal, Unopened, open_left};
use crate::policy::Layout;

/// What is left of bytes that are damaged.
#[derive(Debug)]
pub(crate) struct Left<T> {
    /// The file's text, if anything of it is left.
    pub(crate) text: Option<String>,
    pub(crate) lost: Vec<Lost>,
    /// What a load makes of it, or why it is of no use.
    pub(crate) content: Result<Content<T>, String>,
    /// Nothing is lost, and nothing speaks against that.
    pub(crate) is_all: bool,
}

impl<T> Left<T> {
    fn nothing(reason: impl Into<String>) -> Self {
        Self {
            text: None,
            lost: Vec::new(),
            content: Err(reason.into()),
            is_all: false,
        }
    }
}

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// What is left of a damaged file.
    pub(crate) fn salvage(&self, bytes: &[u8]) -> Left<T> {
        let mut decompressed = Vec::new();
        let (codec, is_complete) = match self.decompress_start(bytes, &mut decompressed) {
            Ok(answer) => answer,
            Err(reason) => return Left::nothing(reason),
        };
        let left = self.salvaging().salvage(&decompressed);
        let Some(text) = left.text() else {
            return Left::nothing("nothing in it parses");
        };
        let mut found = Left {
            text: Some(text.to_owned()),
            lost: left.lost().to_vec(),
            content: Err(String::new()),
            is_all: false,
        };
        if let Ok(content) = self.decode(text.as_bytes()) {
            let is_all = match content.seal {
                Seal::Whole(_) | Seal::WholeButLineEnds => true,
                Seal::Broken => false,
                Seal::None => left.is_lossless() && is_complete,
            };
            if is_all {
                found.content = Ok(Content { codec, ..content });
                found.lost.clear();
                found.is_all = true;
                return found;
            }
        }
        found.content = if left.is_lossless() {
            Err("it is JSON as far as that can be seen, so nobody knows what is damaged".to_owned())
        } else if codec != Codec::Plain {
            // One bit of it may have changed all that comes out behind it, and look like JSON.
            Err(format!(
                "it is compressed with {codec}, and nothing vouches for what comes out"
            ))
        } else {
            self.usable(text, left.records(), &found.lost, codec)
        };
        found
    }

    /// Which layout a damaged file has is not known yet: the records are where they are in either.
    fn salvaging(&self) -> salvage::Options {
        let collections = self.collections.iter();
        collections.fold(salvage::Options::new(), |options, pointer| {
            options
                .collection(format!("/data{pointer}"))
                .collection(pointer)
        })
    }

    /// Decompresses as much as can be; is it all?
    fn decompress_start(&self, bytes: &[u8], into: &mut Vec<u8>) -> Result<(Codec, bool), String> {
        let mut decoder =
            Decoder::new(bytes, self.size_limit).map_err(|error| error.to_string())?;
        let is_complete = match decoder.read_to_end(into) {
            Ok(_) => true,
            Err(_) if decoder.codec() == Codec::Plain => return Err("it is too large".to_owned()),
            Err(_) => false,
        };
        Ok((decoder.codec(), is_complete))
    }

    /// The value in what is left of a text, if it is one that the program can go on with.
    fn usable(
        &self,
        text: &str,
        records: &[Record<'_>],
        lost: &[Lost],
        codec: Codec,
    ) -> Result<Content<T>, String> {
        let opened = open_left(text, &self.layout).map_err(|unopened| match unopened {
            Unopened::Damaged { damage, .. } => damage.to_string(),
            Unopened::NewerFormat(found) => {
                format!("its format {found} is newer than this program")
            }
        })?;
        let base = match opened.layout {
            Layout::Wrapped => "/data",
            Layout::Flat(_) | Layout::Bare => "",
        };
        if !records.iter().any(|record| is_of_value(record, base)) {
            return Err("nothing of the value is left".to_owned());
        }
        let may_be_lost = |lost: &Lost| lost.collection.as_deref().is_none_or(str::is_empty);
        let has_version = match &opened.layout {
            Layout::Wrapped => true,
            Layout::Flat(names) => names.version.is_some() && lost.iter().any(may_be_lost),
            Layout::Bare => false,
        };
        if has_version && self.is_versioned() && opened.header.version.is_none() {
            return Err("the version of what is left is lost".to_owned());
        }
        let read = self.value(&opened);
        let read = read.map_err(|refusal| refusal.to_string())?;
        self.check_no_default(&opened, &read.value, lost, base)?;
        Ok(read.into_content(codec, opened))
    }

    /// That the type has not put a default in the place of a member that is lost: in an object that has
    /// lost something, it may not find more members than are left.
    fn check_no_default(
        &self,
        opened: &Opened<'_>,
        value: &T,
        lost: &[Lost],
        base: &str,
    ) -> Result<(), String> {
        let (text, _) = self
            .current_text(opened)
            .map_err(|refusal| refusal.to_string())?;
        let left: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let made = serde_json::to_value(value).map_err(|error| error.to_string())?;
        for lost in lost {
            // Where it is not known, it may have been at the top.
            let collection = lost.collection.as_deref().unwrap_or(base);
            // What is lost around the value may have been a part of it.
            let pointer = match collection.strip_prefix(base) {
                Some(pointer) => pointer,
                None if base.starts_with(collection) => "",
                None => continue,
            };
            let (Some(left), Some(made)) = (
                left.pointer(pointer).and_then(Value::as_object),
                made.pointer(pointer).and_then(Value::as_object),
            ) else {
                continue;
            };
            if let Some(name) = made.keys().find(|name| !left.contains_key(*name)) {
                return Err(format!(
                    "`{name}` is lost, and a default is not what was saved"
                ));
            }
        }
        Ok(())
    }
}

/// Whether a record is a part of the value, and not of what stands around it.
fn is_of_value(record: &Record<'_>, base: &str) -> bool {
    let Some(collection) = record.collection().filter(|_| record.in_text()) else {
        return false;
    };
    match (record.key(), base.strip_prefix('/')) {
        // The value itself is the record.
        (Some(salvage::Key::Member(name)), Some(member)) if collection.is_empty() => name == member,
        _ => {
            let rest = collection.strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}
