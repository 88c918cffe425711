"""The Python program whose files `id_mapper` adopts: its storage as its own plan describes it, with the
least mapper that calls it. What is wrong with it is left as it is: state cached in memory, two separate
saves, blind backups, a load that waits for itself where a file is damaged.

    seed.py STATE_DIR map INTERNAL_ID TOOL [KEY]
    seed.py STATE_DIR next TOOL [KEY]
    seed.py STATE_DIR show
    seed.py STATE_DIR is_locked NAME
"""

import fcntl
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

KEYED = ("jira", "linear")


class ExternalIDPersistence:
    def __init__(self, state_dir=None):
        self.state_dir = Path(state_dir or ".claude/state")

    def save_mappings(self, mappings):
        self._save("external_id_mapping.json", "mappings", mappings)

    def save_counters(self, counters):
        self._save("external_id_counters.json", "counters", counters)

    def load_mappings(self):
        return self._load("external_id_mapping.json", "mappings", {})

    def load_counters(self):
        default = {"jira": {}, "azure_devops": 0, "linear": {}, "github": 0}
        return self._load("external_id_counters.json", "counters", default)

    def _save(self, name, member, value):
        path = self.state_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = {
            "version": "1.0",
            "updated": datetime.now(timezone.utc).isoformat(),
            member: value,
        }
        with self._file_lock(path):
            self._atomic_write(path, data)

    def _load(self, name, member, default):
        path = self.state_dir / name
        if not path.exists():
            return default
        with self._file_lock(path):
            try:
                with open(path, "r") as f:
                    data = json.load(f)
                if not isinstance(data, dict) or "version" not in data:
                    raise ValueError("invalid structure")
                return data.get(member, default)
            except (json.JSONDecodeError, ValueError):
                backup_path = path.with_suffix(path.suffix + ".bak")
                if backup_path.exists():
                    shutil.copy2(backup_path, path)
                    return self._load(name, member, default)
                return default

    def _atomic_write(self, path, data):
        if path.exists():
            shutil.copy2(path, path.with_suffix(path.suffix + ".bak"))
        temp_fd, temp_path = tempfile.mkstemp(dir=path.parent, prefix=".tmp_", suffix=".json")
        try:
            with os.fdopen(temp_fd, "w") as f:
                json.dump(data, f, indent=2, sort_keys=True)
                f.flush()
                os.fsync(f.fileno())
            os.replace(temp_path, path)
        except Exception:
            if os.path.exists(temp_path):
                os.unlink(temp_path)
            raise

    @contextmanager
    def _file_lock(self, path):
        lock_path = path.with_suffix(path.suffix + ".lock")
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        with open(lock_path, "w") as lock_file:
            try:
                fcntl.flock(lock_file.fileno(), fcntl.LOCK_EX)
                yield
            finally:
                fcntl.flock(lock_file.fileno(), fcntl.LOCK_UN)


class ExternalIDMapper:
    def __init__(self, persistence=None):
        self.persistence = persistence or ExternalIDPersistence()
        self.mappings = self.persistence.load_mappings()
        self.counters = self.persistence.load_counters()

    def map_to_external(self, internal_id, tool, project_key="PROJ"):
        ids = self.mappings.setdefault(internal_id, {})
        if tool not in ids:
            number = self.increment_counter(tool, project_key)
            ids[tool] = f"{project_key}-{number}" if tool in KEYED else str(number)
            self.persistence.save_mappings(self.mappings)
        return ids[tool]

    def increment_counter(self, tool, key=None):
        if tool in KEYED:
            of_tool = self.counters[tool]
            number = of_tool[key] = of_tool.get(key, 0) + 1
        else:
            number = self.counters[tool] = self.counters[tool] + 1
        self.persistence.save_counters(self.counters)
        return number


def is_locked(path):
    with open(path, "r") as lock_file:
        try:
            fcntl.flock(lock_file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def main(state_dir, command, *arguments):
    if command == "is_locked":
        return is_locked(Path(state_dir) / arguments[0])
    mapper = ExternalIDMapper(ExternalIDPersistence(state_dir))
    if command == "map":
        return mapper.map_to_external(*arguments)
    if command == "next":
        return mapper.increment_counter(*arguments)
    if command == "show":
        return json.dumps([mapper.mappings, mapper.counters])
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
