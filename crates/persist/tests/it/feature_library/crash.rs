//! "A change that was told is there after a power cut at any later moment, and what is there is whole."

use std::path::Path;

use crash_sim::{Device, Explore, Ledger, SimFs};
use vfs::Fs;

use super::program::app::App;
use super::program::domain::Service;
use super::{feature, setting};

fn ids(fs: &SimFs) -> Result<Vec<String>, String> {
    let mut app = App::new(Path::new("/data"), setting(fs));
    app.features.load().map_err(|error| error.to_string())?;
    let records = app.features.service().records().iter();
    Ok(records.map(|feature| feature.id.clone()).collect())
}

#[test]
fn s0_5_s0_63_a_change_is_there_whole_or_not_at_all_after_a_crash_anywhere() {
    let explored = Explore::new(Device::default())
        .fates(1)
        .setup(|fs| fs.create_dir(Path::new("/data")).unwrap())
        .run(
            |fs: &SimFs, ledger: &mut Ledger<String>| {
                let mut app = App::new(Path::new("/data"), setting(&fs.process()));
                for id in ["f1", "f2"] {
                    ledger.begin(id.to_owned());
                    if app.features.add_and_save(feature(id, id)).is_ok() {
                        ledger.acknowledge(id.to_owned());
                    }
                }
            },
            |fs, ledger| {
                let there = ids(fs)?;
                let is_there = |id: &String| there.contains(id);
                if ledger.acknowledged().iter().all(is_there) {
                    Ok(there)
                } else {
                    Err(format!("{:?} of {there:?}", ledger.acknowledged()))
                }
            },
        );
    let coverage = explored.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(coverage.acknowledged, 2);
}
