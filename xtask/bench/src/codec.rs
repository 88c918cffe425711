//! gzip at level 6: what another encoder in Rust alone takes for the same text.

use std::path::Path;

use compress::{Codec, Level};

use crate::document::Contacts;
use crate::scenario::{Costs, Result, Row, Scenario, WARM_UP, What};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        what: What::Codec,
        name: "compress",
        title: "Compress 4 MiB of JSON, gzip at level 6",
        rounds: 20,
        warm_up: WARM_UP,
        costs: Costs::Nothing,
        build: |dir, _| compressing(dir),
    },
    Scenario {
        what: What::Codec,
        name: "decompress",
        title: "Decompress it",
        rounds: 40,
        warm_up: WARM_UP,
        costs: Costs::Nothing,
        build: |dir, _| decompressing(dir),
    },
];

fn json() -> Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(&Contacts::of_size(4 << 20))?)
}

fn compressing(_dir: &Path) -> Result<Vec<Row>> {
    let (theirs, ours) = (json()?, json()?);
    Ok(vec![
        Row::new("`miniz_oxide`, and the CRC", move || {
            std::hint::black_box(miniz_oxide::deflate::compress_to_vec(&theirs, 6));
            std::hint::black_box(crc32fast::hash(&theirs));
            Ok(())
        }),
        Row::new("**`compress`** (`zlib-rs`)", move || {
            std::hint::black_box(Codec::Gzip.encode(&ours, Level::Balanced)?);
            Ok(())
        })
        .at_most(1.0 / 1.8),
    ])
}

fn decompressing(_dir: &Path) -> Result<Vec<Row>> {
    let json = json()?;
    let deflated = miniz_oxide::deflate::compress_to_vec(&json, 6);
    let gzip = Codec::Gzip.encode(&json, Level::Balanced)?;
    Ok(vec![
        Row::new("`miniz_oxide`, and the CRC", move || {
            let plain = miniz_oxide::inflate::decompress_to_vec(&deflated)
                .map_err(|error| error.to_string())?;
            std::hint::black_box(crc32fast::hash(&plain));
            Ok(())
        }),
        Row::new("**`compress`** (`zlib-rs`)", move || {
            std::hint::black_box(compress::decode(&gzip, u64::MAX)?);
            Ok(())
        }),
    ])
}
