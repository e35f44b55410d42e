BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'house','create','2026-11-28 02:34:56.987081+00:00');
CREATE TABLE "device" (
   "key" TEXT PRIMARY KEY,
   "name" TEXT,
   "vendor" TEXT,
   "model" TEXT,
   "version" TEXT,
   "room" TEXT,
   "last_seen" REAL,
   "body" TEXT
) STRICT;
INSERT INTO "device" VALUES('ec56e798b617','lamp-1','','','','',NULL,'{"key":"ec56e798b617","since":1795833297.0255032,"claims":[{"dialect":"native","ids":[["orangery","lamp-1"]],"name":null,"vendor":null,"model":null,"hardware":null,"kind":null,"room":null,"version":null,"offer":null,"availability":null,"battery":null,"via":null,"caps":null,"readings":{},"word":null,"endpoint":null,"routes":[],"votes":[],"source":"","gone":false}],"sources":[],"name":"","room":"","ask_first":false,"skipped":[],"last_seen":null,"word":{"phase":"accepted","percent":null,"transfer":"1EO4B1obvNBFGEEIHjKgDQ","error":""}}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
