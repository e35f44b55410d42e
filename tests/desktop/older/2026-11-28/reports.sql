BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'reports','create','2026-11-28 02:35:50.036920+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'reports','outcomes','2026-11-28 02:35:50.037699+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'reports','documents','2026-11-28 02:35:50.038020+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'reports','details','2026-11-28 02:35:50.038201+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'reports','attachments','2026-11-28 02:35:50.038396+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'reports','recordings','2026-11-28 02:35:50.038546+00:00');
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
, "about" TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "action" VALUES(1,'e2f17392-f3ed-4445-8626-6c8a8528dfa8',1,'0ca334af-09cd-43d1-8bf2-8539298cbd79','report.create',X'','81ce2990-7d8c-41f4-82c5-1a7811fc7a7d',1.79583335011932158477e+09,'queued','','');
CREATE TABLE "arrival" (
   "device" TEXT PRIMARY KEY,
   "week" TEXT,
   "at" REAL
) STRICT;
CREATE TABLE "attachment" (
   "id" TEXT PRIMARY KEY,
   "report" TEXT,
   "sha256" TEXT,
   "size" INTEGER,
   "type" TEXT,
   "name" TEXT,
   "made" REAL,
   "sent" INTEGER,
   "tries" INTEGER,
   "next" REAL,
   "code" TEXT,
   "op_id" TEXT
) STRICT;
CREATE TABLE "attempt" (
   "device" TEXT PRIMARY KEY,
   "doc" TEXT
) STRICT;
CREATE TABLE "doc" (
   "entity" TEXT,
   "id" TEXT,
   "version" INTEGER,
   "doc" TEXT,
   PRIMARY KEY ("entity", "id")
) STRICT;
CREATE TABLE "kept" (
   "name" TEXT PRIMARY KEY,
   "doc" TEXT
) STRICT;
CREATE TABLE "link" (
   "n" INTEGER PRIMARY KEY,
   "doc" TEXT
) STRICT;
INSERT INTO "link" VALUES(1,'{"outbox_id":"e2f17392-f3ed-4445-8626-6c8a8528dfa8","key":"house-fcf073c754dec5a5","secret":"f8756b719b2ebc4fe1a761d551aa3e50ab117d722e19054145a1ba07ff36f22d","hub_url":"","hub_name":"","code":"","spent":"","name":"","member_id":"","enrolled":null,"points":0,"version":0,"cursor":"","clock_offset":0.0,"last_sync":null,"next_sync":null,"tries":0,"error":"","fact":"","root":""}');
CREATE TABLE "recorded" (
   "device" TEXT PRIMARY KEY,
   "at" REAL,
   "doc" TEXT
) STRICT;
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
, "details" TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "report" VALUES('81ce2990-7d8c-41f4-82c5-1a7811fc7a7d','It flickers','At night.','problem','','{}','',X'7B226964223A2238316365323939302D376438632D343166342D383263352D316137383131666337613764222C226B696E64223A2270726F626C656D222C227469746C65223A22497420666C69636B657273222C2274657874223A224174206E696768742E222C226D616465223A313739353833333335302E3130363036352C22646576696365223A22222C226661637473223A7B7D2C2265766964656E6365223A7B7D7D',1.79583335010606503483e+09,1.79583335010606503483e+09,1795833350.11922,NULL,NULL,NULL,NULL,NULL,0,'{}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_action_op_id"
    ON "action" ("op_id");
CREATE UNIQUE INDEX "idx_action_outbox_seq"
    ON "action" ("outbox", "seq");
CREATE INDEX "idx_attachment_report"
    ON "attachment" ("report");
COMMIT;
