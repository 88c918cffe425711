//! How a document is kept.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use atomic_io::Durability;
use compress::Codec;
use lock::Wait;
use migrate::Chain;
use vfs::Fs;

use crate::disk::Disk;
use crate::document::Document;
use crate::form::{Form, Versions};
use crate::policy::{
    Backups, Decision, HandEdits, Keys, Layout, RecoveryPolicy, TextForm, Unchanged, Untouched,
};
use crate::prospects::Prospects;
use crate::report::Recovery;

/// More than this is read and written only by who asks for it.
pub(crate) const SIZE_LIMIT: u64 = 256 << 20;

/// How a document is kept; [`at`](Self::at) says where. The defaults are the safe ones.
///
/// ```
/// use persist::{Backups, Chain, Document};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("window.json");
/// let window = Document::<(u32, u32)>::options()
///     .versions(Chain::new(1))
///     .backups(Backups::Single)
///     .validate(|(width, height)| match width * height {
///         0 => Err("a window has a size".into()),
///         _ => Ok(()),
///     })
///     .at(path);
///
/// window.save(&(640, 480))?;
/// assert!(window.save(&(640, 0)).is_err());
/// assert_eq!(window.load_or_default()?, (640, 480));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Options<T> {
    pub(crate) disk: Disk,
    pub(crate) form: Form<T>,
    pub(crate) unchanged: Unchanged,
    pub(crate) backups: Backups,
    pub(crate) recovery: RecoveryPolicy,
    pub(crate) default: Option<DefaultValue<T>>,
    pub(crate) on_recovery: Vec<RecoveryHook>,
    pub(crate) on_damage: Option<DamageHook>,
}

pub(crate) type DefaultValue<T> = Arc<dyn Fn() -> T + Send + Sync>;
pub(crate) type RecoveryHook = Arc<dyn Fn(&Recovery) + Send + Sync>;
pub(crate) type DamageHook = Arc<dyn Fn(&Prospects) -> Decision + Send + Sync>;

impl<T: Default + 'static> Default for Options<T> {
    fn default() -> Self {
        Self::without_default().default_value(T::default)
    }
}

impl<T> Options<T> {
    /// For a type that has no default value. Until [`default_value`](Self::default_value) gives one,
    /// [`update`](Document::update) and [`load_or_default`](Document::load_or_default) of a new
    /// document answer [`Missing`](crate::ErrorKind::Missing).
    pub fn without_default() -> Self {
        Self {
            disk: Disk::default(),
            form: Form {
                layout: Layout::default(),
                keys: Keys::default(),
                text: TextForm::default(),
                untouched: Untouched::default(),
                versions: Versions::Chain(Chain::new(1)),
                compression: None,
                hand_edits: HandEdits::default(),
                size_limit: SIZE_LIMIT,
                collections: Vec::new(),
                validators: Vec::new(),
            },
            unchanged: Unchanged::default(),
            backups: Backups::default(),
            recovery: RecoveryPolicy::default(),
            default: None,
            on_recovery: Vec::new(),
            on_damage: None,
        }
    }

    /// The document at `path`. No file is touched yet.
    ///
    /// If `path` is a symbolic link, the document is the file that it points to.
    pub fn at(self, path: impl AsRef<Path>) -> Document<T> {
        Document::new(path.as_ref(), self)
    }

    /// The value of a document that is not there yet.
    pub fn default_value(mut self, value: impl Fn() -> T + Send + Sync + 'static) -> Self {
        self.default = Some(Arc::new(value));
        self
    }

    /// How a new file looks; a file that is there keeps its layout. Default: [`Layout::Wrapped`].
    pub fn layout(mut self, layout: Layout) -> Self {
        self.form.layout = layout;
        self
    }

    /// The order of members. Default: [`Keys::AsDeclared`].
    pub fn keys(mut self, keys: Keys) -> Self {
        self.form.keys = keys;
        self
    }

    /// Where a text breaks into lines. Default: [`TextForm::Pretty`].
    pub fn text(mut self, text: TextForm) -> Self {
        self.form.text = text;
        self
    }

    /// What a save does with what the program has not changed. Default: [`Untouched::Rewrite`].
    ///
    /// ```
    /// use persist::{Document, Untouched};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct Prices { tea: f64, milk: f64 }
    ///
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("prices.json");
    /// # use std::fs;
    /// fs::write(&path, "{ \"milk\": 1.20, \"tea\": 3, \"by\": \"Ada\" }\n")?;
    /// let prices = Document::<Prices>::options().untouched(Untouched::Keep).at(&path);
    /// prices.update(|prices| prices.tea = 3.5)?;
    /// assert_eq!(fs::read_to_string(&path)?, "{ \"milk\": 1.20, \"tea\": 3.5, \"by\": \"Ada\" }\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn untouched(mut self, untouched: Untouched) -> Self {
        self.form.untouched = untouched;
        self
    }

    /// What a save does if nothing was changed. Default: [`Unchanged::Write`].
    pub fn unchanged(mut self, unchanged: Unchanged) -> Self {
        self.unchanged = unchanged;
        self
    }

    /// The versions of the value, and the steps between them. Default: the one version `1`.
    ///
    /// A file of an older version is migrated in memory by each load, and on the disk by the next
    /// save, which first makes a copy of the old file that is never removed.
    pub fn versions(mut self, chain: Chain) -> Self {
        self.form.versions = Versions::Chain(chain);
        self
    }

    /// For a tool that opens documents of others and does not know their versions: any version is
    /// read, none is migrated, and a save keeps the one that is there. A new file says none.
    ///
    /// ```
    /// use persist::{Chain, Document};
    /// use serde_json::{Value, json};
    ///
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("prices.json");
    /// let program = Document::<Value>::options().versions(Chain::new("2025-q4")).at(&path);
    /// program.save(&json!({ "tea": 3 }))?;
    ///
    /// let tool = Document::<Value>::options().versions_as_found().at(&path);
    /// tool.update(|prices| prices["milk"] = json!(1))?;
    /// assert_eq!(program.load_or_default()?["milk"], 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn versions_as_found(mut self) -> Self {
        self.form.versions = Versions::AsFound;
        self
    }

    /// How files are compressed from the next save on. `None`, the default: a file that is there stays
    /// as it is, a new one is plain. Reading recognises all.
    pub fn compression(mut self, codec: impl Into<Option<Codec>>) -> Self {
        self.form.compression = codec.into();
        self
    }

    /// Which old files a save keeps. Default: the last 10, in a folder.
    pub fn backups(mut self, backups: impl Into<Backups>) -> Self {
        self.backups = backups.into();
        self
    }

    /// What happens if the document is damaged. Default: [`RecoveryPolicy::Recover`].
    pub fn recovery(mut self, policy: RecoveryPolicy) -> Self {
        self.recovery = policy;
        self
    }

    /// Called whenever a damaged document was met and a value was found for it, whichever function met
    /// it: for a log, or a word to the user. May be set more than once.
    pub fn on_recovery(mut self, hook: impl Fn(&Recovery) + Send + Sync + 'static) -> Self {
        self.on_recovery.push(Arc::new(hook));
        self
    }

    /// Asked whenever a damaged document is to be recovered: where its value is to come from.
    /// Default: [`Decision::AsPolicy`].
    ///
    /// ```
    /// use persist::{Decision, Document};
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("log.json");
    ///
    /// let log = Document::<Vec<String>>::options()
    ///     // Rather the lines that are whole than an older state of all.
    ///     .on_damage(|prospects| match &prospects.salvage {
    ///         Some(lost) if lost.len() < 3 => Decision::Salvage,
    ///         _ => Decision::AsPolicy,
    ///     })
    ///     .at(&path);
    /// log.save(&vec!["begun".into()])?;
    /// log.update(|lines| lines.push("done".into()))?;
    ///
    /// # use std::fs;
    /// let text = fs::read_to_string(&path)?;
    /// fs::write(&path, &text[..text.find("done").unwrap()])?; // cut off
    /// let recovery = log.load()?.unwrap().recovery.unwrap();
    /// assert_eq!(recovery.source, persist::Source::Salvage);
    /// assert_eq!(log.load_or_default()?, ["begun"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_damage(
        mut self,
        hook: impl Fn(&Prospects) -> Decision + Send + Sync + 'static,
    ) -> Self {
        self.on_damage = Some(Arc::new(hook));
        self
    }

    /// Says where the value's records are, for the case that it is damaged and no backup is good: the children of what
    /// stands at this JSON Pointer (`""`, or with a slash at its start) come back one by one. May be said more than once.
    /// Default: that is found out from the shape of what is left, which takes a map of numbers, say, for one record. Once
    /// it is said nothing is found out any more: name all places, those of older versions too.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use persist::Document;
    ///
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("counters.json");
    /// let counters = Document::<BTreeMap<String, u64>>::options().collection("").at(&path);
    /// counters.save(&BTreeMap::from([("tea".into(), 3), ("milk".into(), 4)]))?;
    ///
    /// # use std::fs;
    /// let text = fs::read_to_string(&path)?;
    /// fs::write(&path, text.replace("\"milk\"", "\0\0\0\0\0\0"))?;
    /// assert_eq!(counters.load_or_default()?, BTreeMap::from([("tea".into(), 3)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn collection(mut self, pointer: impl Into<String>) -> Self {
        self.form.collections.push(pointer.into());
        self
    }

    /// What a checksum that does not match means. Default: damage.
    pub fn hand_edits(mut self, hand_edits: HandEdits) -> Self {
        self.form.hand_edits = hand_edits;
        self
    }

    /// A rule that a value keeps beside its type, checked by each load and before each save. May be set
    /// more than once.
    pub fn validate(
        mut self,
        rule: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.form.validators.push(Arc::new(rule));
        self
    }

    /// How long to wait for a document that another process or thread is changing. Default: for as
    /// long as it takes.
    pub fn lock_wait(mut self, wait: Wait) -> Self {
        self.disk.lock_wait = wait;
        self
    }

    /// What `Ok` of a save promises. Default: [`Durability::Durable`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.disk.durability = durability;
        self
    }

    /// The greatest size of a file, compressed or not, that is read or written. Default: 256 MiB.
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.form.size_limit = bytes;
        self
    }

    /// The file system. Default: the real one.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.disk.fs = fs;
        self
    }

    /// The clock of `updated` and of names. Nothing that decides whether data survives rests on it.
    pub fn clock(mut self, now: fn() -> SystemTime) -> Self {
        self.disk.clock = now;
        self
    }

    /// Derives the names of temporary files from a number, so that a simulated run can be repeated.
    pub fn temp_seed(mut self, seed: u64) -> Self {
        self.disk.temp_seed = Some(seed);
        self
    }
}

impl<T> fmt::Debug for Options<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("disk", &self.disk)
            .field("form", &self.form)
            .field("unchanged", &self.unchanged)
            .field("backups", &self.backups)
            .field("recovery", &self.recovery)
            .field("has_default", &self.default.is_some())
            .finish_non_exhaustive()
    }
}
