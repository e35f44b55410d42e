BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'house','create','2026-11-28 02:35:44.675053+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'house','measure','2026-11-28 02:35:44.675513+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'house','forgotten','2026-11-28 02:35:44.675666+00:00');
CREATE TABLE "device" (
   "key" TEXT PRIMARY KEY,
   "name" TEXT,
   "vendor" TEXT,
   "model" TEXT,
   "version" TEXT,
   "room" TEXT,
   "body" TEXT
) STRICT;
INSERT INTO "device" VALUES('4773edb2507f','Night light','Acme','Lamp 1','0.9','','{"key":"4773edb2507f","since":1795833344.815138,"claims":[{"dialect":"native","ids":[["orangery","lamp-1"]],"name":"Hall lamp","vendor":"Acme","model":"Lamp 1","product":null,"hardware":null,"kind":null,"room":null,"version":{"raw":"0.9","build":"","plain":""},"offer":null,"notes":null,"availability":"online","wakes_s":null,"battery":null,"radio":null,"via":null,"parent":null,"access":null,"caps":{"install":["url"],"checks_signature":true,"checks_time":true,"progress":true,"keeps_previous":true,"url_max":2048,"size_max":0,"idle_s":0.0,"asleep":false,"check":false},"readings":{},"features":{},"word":null,"proof":null,"doubt":null,"endpoint":{"broker":"home","dialect":"native","id":"lamp-1","data":{"prefix":"orangery/v1/dev/lamp-1"}},"routes":[],"votes":[],"asks":[],"broker":"home","source":"","gone":false}],"sources":[],"name":"Night light","room":"","ask_first":false,"spare":false,"pinned":false,"skipped":[],"tags":[],"apart":[],"last_seen":null,"word":null}');
CREATE TABLE "forgotten" (
   "key" TEXT PRIMARY KEY,
   "until" REAL,
   "body" TEXT
) STRICT;
CREATE TABLE "measure" (
   "key" TEXT PRIMARY KEY,
   "last_seen" REAL,
   "body" TEXT
) STRICT;
INSERT INTO "measure" VALUES('4773edb2507f',NULL,'{"native":{"readings":{},"battery":null}}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
