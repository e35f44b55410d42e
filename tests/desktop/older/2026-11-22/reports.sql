BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'reports','create','2026-11-28 02:34:56.066896+00:00');
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
INSERT INTO "action" VALUES(1,'f2b13b94-0c24-4dc3-8d0e-1be723fb1737',1,'74542950-d972-43b7-a4e3-45481cb44522','report.create',X'','3a2f3612-e0a5-483e-8a1e-87ad982237e0',1.79583329608622217178e+09,'queued','');
CREATE TABLE "arrival" (
   "device" TEXT PRIMARY KEY,
   "week" TEXT,
   "at" REAL
) STRICT;
CREATE TABLE "link" (
   "n" INTEGER PRIMARY KEY,
   "doc" TEXT
) STRICT;
INSERT INTO "link" VALUES(1,'{"outbox_id":"f2b13b94-0c24-4dc3-8d0e-1be723fb1737","key":"house-689b6f5320939651","secret":"9848679b54f788f4619997b2b46570448cf9a120492aa24f9ce6b7406577a27c","hub_url":"","hub_name":"","code":"","name":"","member_id":"","enrolled":null,"points":0,"version":0,"cursor":"","clock_offset":0.0,"last_sync":null,"next_sync":null,"tries":0,"error":"","fact":""}');
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
INSERT INTO "report" VALUES('3a2f3612-e0a5-483e-8a1e-87ad982237e0','It flickers','At night.','problem','','{}','',X'7B226964223A2233613266333631322D653061352D343833652D386131652D383761643938323233376530222C226B696E64223A2270726F626C656D222C227469746C65223A22497420666C69636B657273222C2274657874223A224174206E696768742E222C226D616465223A313739353833333239362E3038323937352C22646576696365223A22222C226661637473223A7B7D2C2265766964656E6365223A7B7D7D',1.79583329608297491072e+09,1.79583329608297491072e+09,1.7958332960861063004e+09,NULL,NULL,NULL,NULL,NULL,0);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_action_op_id"
    ON "action" ("op_id");
CREATE UNIQUE INDEX "idx_action_outbox_seq"
    ON "action" ("outbox", "seq");
COMMIT;
