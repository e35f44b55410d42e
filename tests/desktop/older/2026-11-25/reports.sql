BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'reports','create','2026-11-28 02:35:09.370629+00:00');
CREATE TABLE "action" (
   "n" INTEGER PRIMARY KEY,
   "outbox" TEXT,
   "seq" INTEGER,
   "op_id" TEXT,
   "kind" TEXT,
   "body" BLOB,
   "report" TEXT,
   "made" REAL,
   "state" TEXT,
   "code" TEXT
) STRICT;
INSERT INTO "action" VALUES(1,'fb8727b1-7e1e-4278-940a-6039e9bc4e45',1,'d34974f4-8e0f-464b-bf18-a76292176414','report.create',X'','1cdb61f0-ef06-4f74-9e84-d5f7a103275d',1.79583330938565778733e+09,'queued','');
CREATE TABLE "arrival" (
   "device" TEXT PRIMARY KEY,
   "week" TEXT,
   "at" REAL
) STRICT;
CREATE TABLE "link" (
   "n" INTEGER PRIMARY KEY,
   "doc" TEXT
) STRICT;
INSERT INTO "link" VALUES(1,'{"outbox_id":"fb8727b1-7e1e-4278-940a-6039e9bc4e45","key":"house-bf079984bbd588c6","secret":"55af265d4f22610a214e137812b496d7f9a1d4d12de61c28811489f17df25e0e","hub_url":"","hub_name":"","code":"","name":"","member_id":"","enrolled":null,"points":0,"version":0,"cursor":"","clock_offset":0.0,"last_sync":null,"next_sync":null,"tries":0,"error":"","fact":""}');
CREATE TABLE "reply" (
   "id" TEXT PRIMARY KEY,
   "report" TEXT,
   "at" REAL,
   "text" TEXT
) STRICT;
CREATE TABLE "report" (
   "id" TEXT PRIMARY KEY,
   "title" TEXT,
   "text" TEXT,
   "kind" TEXT,
   "device" TEXT,
   "facts" TEXT,
   "alias" TEXT,
   "payload" BLOB,
   "made" REAL,
   "changed" REAL,
   "queued" REAL,
   "on_device" REAL,
   "fixed" INTEGER,
   "fixed_week" TEXT,
   "fixed_at" REAL,
   "hub" TEXT,
   "hub_version" INTEGER
) STRICT;
INSERT INTO "report" VALUES('1cdb61f0-ef06-4f74-9e84-d5f7a103275d','It flickers','At night.','problem','','{}','',X'7B226964223A2231636462363166302D656630362D346637342D396538342D643566376131303332373564222C226B696E64223A2270726F626C656D222C227469746C65223A22497420666C69636B657273222C2274657874223A224174206E696768742E222C226D616465223A313739353833333330392E333833313032372C22646576696365223A22222C226661637473223A7B7D2C2265766964656E6365223A7B7D7D',1.79583330938310265544e+09,1.79583330938310265544e+09,1.79583330938550782196e+09,NULL,NULL,NULL,NULL,NULL,0);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_action_op_id"
    ON "action" ("op_id");
CREATE UNIQUE INDEX "idx_action_outbox_seq"
    ON "action" ("outbox", "seq");
COMMIT;
