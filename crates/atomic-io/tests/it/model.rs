//! Any sequence of saves, under any policies, against a map from names to contents.

use std::collections::BTreeMap;
use std::io::Write;

use atomic_io::{Durability, ErrorKind, Existing, Identical, Metadata, Options, Outcome, Symlinks};
use crash_sim::SimFs;
use proptest::prelude::*;
use vfs::Fs;

use crate::simulated::{machine, options, read, temps};

/// A link to `/a` at first; a save under `Symlinks::Replace` makes it a file.
const LINK: &str = "/link";
const PATHS: [&str; 4] = ["/a", "/b", "/dir/new/c", LINK];

#[derive(Clone, Debug)]
enum How {
    Replace,
    Stream { piece: usize },
    Discard,
}

#[derive(Clone, Debug)]
struct Save {
    path: &'static str,
    content: Vec<u8>,
    how: How,
    durability: Durability,
    symlinks: Symlinks,
    existing: Existing,
    identical: Identical,
    metadata: Metadata,
}

fn saves() -> impl Strategy<Value = Save> {
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..50),
        (any::<u8>(), 0..200_000usize).prop_map(|(byte, len)| vec![byte; len]),
        Just(b"often the same".to_vec()),
    ];
    let how = prop_oneof![
        Just(How::Replace),
        (1..100_000usize).prop_map(|piece| How::Stream { piece }),
        Just(How::Discard)
    ];
    let policies = (
        prop_oneof![Just(Durability::Durable), Just(Durability::Atomic)],
        prop_oneof![
            Just(Symlinks::Follow),
            Just(Symlinks::Replace),
            Just(Symlinks::Refuse)
        ],
        prop_oneof![3 => Just(Existing::Overwrite), 1 => Just(Existing::NoClobber)],
        prop_oneof![Just(Identical::Write), Just(Identical::Skip)],
        prop_oneof![
            Just(Metadata::Keep),
            Just(Metadata::Fresh),
            (0..=0o7777u32).prop_map(Metadata::Mode)
        ],
    );
    (proptest::sample::select(&PATHS), content, how, policies).prop_map(
        |(path, content, how, policies)| {
            let (durability, symlinks, existing, identical, metadata) = policies;
            Save {
                path,
                content,
                how,
                durability,
                symlinks,
                existing,
                identical,
                metadata,
            }
        },
    )
}

impl Save {
    fn options(&self, fs: &SimFs) -> Options {
        options(fs)
            .durability(self.durability)
            .symlinks(self.symlinks)
            .existing(self.existing)
            .identical(self.identical)
            .metadata(self.metadata)
    }

    fn run(&self, fs: &SimFs) -> Result<Option<Outcome>, ErrorKind> {
        let options = self.options(fs);
        let run = || {
            let piece = match self.how {
                How::Replace => return options.replace(self.path, &self.content).map(Some),
                How::Stream { piece } => piece,
                How::Discard => usize::MAX,
            };
            let mut file = options.create(self.path)?;
            for piece in self.content.chunks(piece) {
                file.write_all(piece).unwrap();
            }
            if matches!(self.how, How::Discard) {
                file.discard();
                return Ok(None);
            }
            file.commit().map(|()| Some(Outcome::Written))
        };
        run().map_err(|error: atomic_io::Error| error.kind())
    }
}

/// Content and mode by name; `LINK` is absent from it as long as it is a link.
#[derive(Default)]
struct Model(BTreeMap<&'static str, (Vec<u8>, u32)>);

impl Model {
    fn expect(&mut self, save: &Save) -> Result<Option<Outcome>, ErrorKind> {
        let is_link = save.path == LINK && !self.0.contains_key(LINK);
        let name = match save.symlinks {
            Symlinks::Refuse if is_link => return Err(ErrorKind::SymlinkRefused),
            Symlinks::Follow if is_link => "/a",
            _ => save.path,
        };
        let old = self.0.get(name);
        let is_there = old.is_some() || (is_link && name == LINK);
        if save.existing == Existing::NoClobber && is_there {
            return Err(ErrorKind::AlreadyExists);
        }
        let old_mode = old.map(|(_, mode)| *mode);
        let (mode, mode_fits) = match save.metadata {
            Metadata::Mode(mode) => (mode, old_mode == Some(mode)),
            Metadata::Keep => (old_mode.unwrap_or(0o644), true),
            _ => (0o644, false),
        };
        let is_same = old.is_some_and(|(content, _)| *content == save.content);
        match save.how {
            How::Discard => Ok(None),
            How::Replace if save.identical == Identical::Skip && is_same && mode_fits => {
                Ok(Some(Outcome::Identical))
            }
            _ => {
                self.0.insert(name, (save.content.clone(), mode));
                Ok(Some(Outcome::Written))
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn saves_do_what_the_policies_say(saves in proptest::collection::vec(saves(), 1..12)) {
        let fs = machine();
        fs.symlink("a".as_ref(), LINK.as_ref()).unwrap();
        let mut model = Model::default();
        for save in &saves {
            prop_assert_eq!(save.run(&fs), model.expect(save), "{:?}\n{}", save, fs.trace());
            for path in PATHS {
                let is_link = path == LINK && !model.0.contains_key(LINK);
                prop_assert!(!is_link || fs.metadata(LINK.as_ref()).unwrap().is_symlink());
                let expected = model.0.get(if is_link { "/a" } else { path });
                prop_assert!(read(&fs, path).as_ref() == expected.map(|(content, _)| content));
                if let (Some((_, mode)), false) = (expected, is_link) {
                    prop_assert_eq!(fs.metadata(path.as_ref()).unwrap().mode, *mode);
                }
            }
            prop_assert!(temps(&fs, "/").is_empty());
        }
    }

    #[test]
    fn any_name_can_be_saved(name in "[^/\0]{1,80}", content: Vec<u8>) {
        prop_assume!(name != "." && name != "..");
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(&name);
        match Options::new().durability(Durability::Atomic).replace(&path, &content) {
            Ok(_) => prop_assert_eq!(std::fs::read(&path).unwrap(), content),
            Err(error) => {
                prop_assert!(name.len() > 255, "{error}");
                prop_assert_eq!(error.kind(), ErrorKind::InvalidPath);
            }
        }
        prop_assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), usize::from(name.len() <= 255));
    }
}
