BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'history','create','2026-11-28 02:35:49.349300+00:00');
CREATE TABLE chunk (
            series INTEGER NOT NULL, tier INTEGER NOT NULL, start INTEGER NOT NULL,
            count INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (series, tier, start)
        ) STRICT
    ;
CREATE TABLE "device" (
   "key" TEXT PRIMARY KEY,
   "ids" TEXT
) STRICT;
CREATE TABLE raw (
            series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (series, at)
        ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE "series" (
   "id" INTEGER PRIMARY KEY,
   "device" TEXT,
   "feature" TEXT,
   "capability" TEXT,
   "unit" TEXT
) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_series_device_feature"
    ON "series" ("device", "feature");
COMMIT;
