BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'house','create','2026-11-28 02:35:19.047406+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'house','measure','2026-11-28 02:35:19.047857+00:00');
CREATE TABLE "device" (
   "key" TEXT PRIMARY KEY,
   "name" TEXT,
   "vendor" TEXT,
   "model" TEXT,
   "version" TEXT,
   "room" TEXT,
   "body" TEXT
) STRICT;
INSERT INTO "device" VALUES('6bfe6b85f4c7','Hall lamp','Acme','Lamp 1','0.9','','{"key":"6bfe6b85f4c7","since":1795833319.0961568,"claims":[{"dialect":"native","ids":[["orangery","lamp-1"]],"name":"Hall lamp","vendor":"Acme","model":"Lamp 1","hardware":null,"kind":null,"room":null,"version":{"raw":"0.9","build":""},"offer":null,"availability":"online","battery":null,"via":null,"caps":{"install":["url"],"checks_signature":true,"progress":true,"keeps_previous":true,"url_max":2048},"readings":{},"word":null,"endpoint":{"broker":"home","dialect":"native","id":"lamp-1","data":{"prefix":"orangery/v1/dev/lamp-1"}},"routes":[],"votes":[],"source":"","gone":false}],"sources":[],"name":"","room":"","ask_first":false,"skipped":[],"last_seen":null,"word":null}');
CREATE TABLE "measure" (
   "key" TEXT PRIMARY KEY,
   "last_seen" REAL,
   "body" TEXT
) STRICT;
INSERT INTO "measure" VALUES('6bfe6b85f4c7',NULL,'{"native":{"readings":{},"battery":null}}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
