"""The Python program whose files `feature_library` adopts: its persistence as its own chapter builds it
up, with the least services that it wraps. What is wrong with it is left as it is: no sync, scratch files
that a failed dump leaves, bad records that the next save drops, a failed load that the next save wipes, a
restore that clears first, backups of one second that overwrite each other.

    seed.py DATA feature add ID NAME TEAM PROCESS HOURS
    seed.py DATA feature list
    seed.py DATA time add ID TEAM MEMBER FEATURE HOURS PROCESS DATE
    seed.py DATA time list
    seed.py DATA backup
    seed.py DATA restore PATH
"""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path


def load_json(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def save_json(data, path):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(mode="w", suffix=".json", dir=path.parent, delete=False) as tmp:
        json.dump(data, tmp, indent=2)
        tmp_path = Path(tmp.name)
    shutil.move(str(tmp_path), str(path))


class Record:
    @classmethod
    def from_dict(cls, data):
        values = {}
        for f in fields(cls):
            if f.name in data:
                values[f.name] = data[f.name]
            elif f.name not in ("synonyms", "notes"):
                raise KeyError(f.name)
        return cls(**values)

    def to_dict(self):
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass
class Feature(Record):
    id: str
    name: str
    team: str
    process: str
    seed_time_hours: float
    synonyms: list = field(default_factory=list)
    notes: str = ""


@dataclass
class TimeEntry(Record):
    id: str
    team: str
    member_name: str
    feature: str
    tracked_time_hours: float
    process: str
    date: str


class Persistence:
    """A service in memory and its file; both kinds of records are kept alike."""

    VERSION = "1.0"

    def __init__(self, kind, key, path):
        self._kind, self._key, self._path = kind, key, Path(path)
        self._records = []

    def load(self):
        if not self._path.exists():
            return 0
        try:
            data = load_json(self._path)
        except json.JSONDecodeError as e:
            raise ValueError(f"Invalid JSON in {self._path}: {e}")
        except PermissionError:
            raise ValueError(f"Permission denied reading {self._path}")
        except OSError as e:
            raise ValueError(f"Cannot read {self._path}: {e}")
        if not isinstance(data, dict):
            raise ValueError(f"Expected object in {self._path}, got {type(data)}")
        if self._key not in data:
            raise ValueError(f"Missing '{self._key}' key in {self._path}")
        errors = []
        for i, record in enumerate(data[self._key]):
            try:
                self.add(self._kind.from_dict(record))
            except (KeyError, ValueError) as e:
                errors.append(f"{self._kind.__name__} {i}: {e}")
        if errors:
            print(f"Warning: {len(errors)} records failed to load", file=sys.stderr)
            for err in errors[:5]:
                print(f"  - {err}", file=sys.stderr)
        return len(self._records)

    def add(self, record):
        if any(r.id == record.id for r in self._records):
            raise ValueError(f"duplicate id {record.id}")
        self._records.append(record)

    def add_and_save(self, record):
        self.add(record)
        self.save()

    def save(self):
        records = [r.to_dict() for r in self._records]
        save_json({"version": self.VERSION, self._key: records}, self._path)

    def backup(self):
        if not self._path.exists():
            raise FileNotFoundError("No data file to backup")
        timestamp = datetime.now().strftime("%Y%m%d_%H%M%S")
        backup_path = self._path.with_suffix(f".{timestamp}.backup.json")
        shutil.copy(self._path, backup_path)
        return backup_path

    def restore(self, backup_path):
        backup_path = Path(backup_path)
        if not backup_path.exists():
            raise FileNotFoundError(f"Backup not found: {backup_path}")
        self._records.clear()
        old_path, self._path = self._path, backup_path
        count = self.load()
        self._path = old_path
        self.save()
        return count


def main(data, *words):
    features = Persistence(Feature, "features", Path(data) / "features.json")
    time = Persistence(TimeEntry, "entries", Path(data) / "tracked_time.json")
    try:
        features.load(), time.load()
    except ValueError as e:
        print(f"Warning: Could not load data: {e}", file=sys.stderr)
    if words[:2] == ("feature", "add"):
        ident, name, team, process, hours = words[2:]
        features.add_and_save(Feature(ident, name, team, process, float(hours)))
    elif words[:2] == ("time", "add"):
        ident, team, member, feature, hours, process, date = words[2:]
        time.add_and_save(TimeEntry(ident, team, member, feature, float(hours), process, date))
    elif words[:2] == ("feature", "list"):
        print(json.dumps([r.to_dict() for r in features._records]))
    elif words[:2] == ("time", "list"):
        print(json.dumps([r.to_dict() for r in time._records]))
    elif words == ("backup",):
        print(features.backup())
    elif words[:1] == ("restore",):
        print(features.restore(words[1]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
