SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA sharing;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE sharing.account (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    corporate boolean NOT NULL,
    verified boolean NOT NULL,
    updated_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.asset (
    company_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    owner_account_id uuid NOT NULL,
    kind bigint NOT NULL,
    name text NOT NULL,
    products text[] NOT NULL,
    bill_types text[] NOT NULL,
    pool_id uuid,
    currency text NOT NULL,
    face_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    provisioned_time timestamp with time zone NOT NULL,
    expire_time timestamp with time zone NOT NULL,
    revoked_time timestamp with time zone,
    CONSTRAINT asset_has_no_more_left_than_its_face CHECK (((remaining_micros >= 0) AND (remaining_micros <= face_micros))),
    CONSTRAINT asset_revoked_has_nothing_left CHECK (((revoked_time IS NULL) OR (remaining_micros = 0)))
);
CREATE TABLE sharing.automatic_rule (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind bigint NOT NULL,
    recipient_account_ids uuid[] NOT NULL,
    organization_id uuid NOT NULL,
    saved_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.coupon_pool (
    company_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    account_id uuid NOT NULL,
    target bigint NOT NULL,
    currency text NOT NULL,
    total_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    products text[] NOT NULL,
    bill_types text[] NOT NULL,
    expire_time timestamp with time zone NOT NULL,
    created_time timestamp with time zone NOT NULL,
    CONSTRAINT coupon_pool_pays_no_more_than_it_has CHECK (((remaining_micros >= 0) AND (remaining_micros <= total_micros)))
);
CREATE TABLE sharing.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_time timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE sharing.organization (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    created_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.organization_member (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    joined_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.organization_share (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    saved_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.outbox (
    company_id uuid NOT NULL,
    event_id uuid NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    type text NOT NULL,
    payload bytea NOT NULL,
    recorded_time timestamp with time zone NOT NULL
);
CREATE TABLE sharing.payment_relation (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    payer_account_id uuid NOT NULL,
    started_time timestamp with time zone NOT NULL,
    ended_time timestamp with time zone,
    CONSTRAINT payment_relation_ends_after_its_start CHECK ((ended_time >= started_time))
);
CREATE TABLE sharing.request (
    company_id uuid NOT NULL,
    request_id uuid NOT NULL,
    body_hash bytea NOT NULL,
    code bigint,
    answer bytea,
    recorded_time timestamp with time zone NOT NULL,
    CONSTRAINT request_answer_has_code CHECK (((code IS NULL) = (answer IS NULL))),
    CONSTRAINT request_body_hash_is_sha256 CHECK ((octet_length(body_hash) = 32))
);
CREATE TABLE sharing.share (
    company_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    share_id uuid NOT NULL,
    active_from_time timestamp with time zone NOT NULL,
    ended_time timestamp with time zone
);
INSERT INTO sharing.account VALUES
	('01a2210b-97df-73c4-b997-851d34bfb452', '01a2210b-97df-73c4-b997-851d34bfb452', false, false, '2026-11-28 07:25:37.970029+00'),
	('01a2210b-9998-74b1-80a5-dbf816972d51', '01a2210b-9998-74b1-80a5-dbf816972d51', false, false, '2026-11-28 07:25:38.543067+00'),
	('01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', '01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', false, false, '2026-11-28 07:25:39.012051+00'),
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-9606-7320-a30e-d59049574492', false, false, '2026-11-28 07:25:40.824577+00'),
	('01a2210b-9d9c-7694-b713-6def19d09a09', '01a2210b-9d9c-7694-b713-6def19d09a09', false, false, '2026-11-28 07:25:47.94947+00'),
	('01a2210b-9f47-77fc-bd23-74acce4daddc', '01a2210b-9f47-77fc-bd23-74acce4daddc', false, false, '2026-11-28 07:25:47.95673+00');
INSERT INTO sharing.migration VALUES
	('0000_create_outbox', 'be9c9a577677b75406d3f9387320c80248e76faebd4624b50c56de50bf9f3d07', '2026-11-28 07:25:36.789535+00'),
	('0000_create_request', '27b4c7b6895001e70cdc34c6d92a3790dd617025a853b625c7ba70ec9ee34be0', '2026-11-28 07:25:36.795141+00'),
	('0001_create_accounts', '2713a725559495811ee1e8039703f09e5108c9edf82201cde7ad756aacc3b512', '2026-11-28 07:25:36.797096+00'),
	('0002_create_assets', '1e6a465c5ff19840a7d3552c528fa737e2a9c951e3f7a73cf7e5db54568f1827', '2026-11-28 07:25:36.802486+00');
INSERT INTO sharing.request VALUES
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-96f1-7069-8223-be0c63bea664', '\xa29dd670ae9b734fb7f80abe3802f9a9af0a76e6fdf3be5c0ef5323a9c0df098', 0, '\x', '2026-11-28 07:25:37.394981+00'),
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-9706-74bc-9c54-7bd7ff1b9001', '\x2a89582a052ffa4a4b3c36e13b9fb96675bbc7c793a9707dcca302338e8e84ac', 0, '\x', '2026-11-28 07:25:37.414397+00'),
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-9729-770d-bfca-1f82139cc69e', '\xcea62227e7bab726dba8ffa20d7c0870cfd7130f60c36f30d9b2ca6485acddaa', 0, '\x', '2026-11-28 07:25:37.449422+00'),
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-9736-7371-9f93-9028e4e0422a', '\xfa4820592b4b0d9dbb74ae87fd726dbf4cab012c7d3a0fa5ed2fe9cdba61ef54', 0, '\x', '2026-11-28 07:25:37.465992+00'),
	('01a2210b-97df-73c4-b997-851d34bfb452', '01a2210b-98c7-7723-9592-ffd3648ee329', '\xe8c4bd7165d654f92653fcf05c56fc9c0bb65144bb35166a0bf42e4b275e9f46', 0, '\x', '2026-11-28 07:25:37.863875+00'),
	('01a2210b-97df-73c4-b997-851d34bfb452', '01a2210b-98f0-70cf-b29a-005e6e5c1cbb', '\xdd0a289b07e58b042362e1a1131d4da57446a743bf71e7ba9eb1d04a19acd563', 0, '\x', '2026-11-28 07:25:37.904753+00'),
	('01a2210b-97df-73c4-b997-851d34bfb452', '01a2210b-9903-7207-87db-3f7eaad7ec68', '\xc4839f042e90da2ea7318b6fa24cc333277b53024be4833e23a47746de18ee96', 0, '\x', '2026-11-28 07:25:37.924874+00'),
	('01a2210b-97df-73c4-b997-851d34bfb452', '01a2210b-9931-7603-90fa-4f5a86914c08', '\xca2885aa1e77e7adf77e6911fe2f38553fc61e68c4bb37e5279b66c0c90a2678', 0, '\x', '2026-11-28 07:25:37.96978+00'),
	('01a2210b-9998-74b1-80a5-dbf816972d51', '01a2210b-9ae2-75e0-9be5-872325da3b8d', '\xf1601d98db1e0b0e74df79adc55f2cf35e38c25a2148af57d8e4eacd3b3b504c', 0, '\x', '2026-11-28 07:25:38.402846+00'),
	('01a2210b-9998-74b1-80a5-dbf816972d51', '01a2210b-9b1d-7016-ad26-92cdfabfd3ab', '\xd2a33ce715f60717a7288165becce6c571612feffa0733a412488184e913c4d9', 0, '\x', '2026-11-28 07:25:38.463101+00'),
	('01a2210b-9998-74b1-80a5-dbf816972d51', '01a2210b-9b54-77ae-aa53-248d52b8a1aa', '\x675c6aab57c98a7afb299a1c29899575cbc6f01d60edba33d781530495efaafc', 0, '\x', '2026-11-28 07:25:38.520634+00'),
	('01a2210b-9998-74b1-80a5-dbf816972d51', '01a2210b-9b6d-74a9-855f-074bf794c8a8', '\x6aafa7ab469ce9ca189cfb4be452015eed0e2287f806cb17f5ca042be4ddc63e', 0, '\x', '2026-11-28 07:25:38.541834+00'),
	('01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', '01a2210b-9c94-7005-95fc-d387788fceea', '\x2fa769fad0f353b76d3f41227066c38a3e8c5e4cbbd7a7b8d8e750728efaa690', 0, '\x', '2026-11-28 07:25:38.837084+00'),
	('01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', '01a2210b-9c9b-7046-882c-b9d12901fbbc', '\x7a116655178647436a905e58a7fecff508be6bc34c3f20223b8b922ce3256892', 0, '\x', '2026-11-28 07:25:38.843531+00'),
	('01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', '01a2210b-9ced-7135-9147-8c52b7304411', '\x0dbeb8a55776a62bf39877c14def96c0f9c612d649b5f739dd514d016c04ce49', 0, '\x', '2026-11-28 07:25:38.925254+00'),
	('01a2210b-9bae-76cd-b7cd-cdb6fe8b5213', '01a2210b-9d42-72d2-a5de-fc2efdf50b4b', '\x9a36ea95efff680d73075f6ff0f54dabf01e71961904f362e33ff454b2cf1f97', 0, '\x', '2026-11-28 07:25:39.011107+00'),
	('01a2210b-9d9c-7694-b713-6def19d09a09', '01a2210b-9e8d-72ff-a22e-59c6368c56d0', '\x06aac065774ea28fb3090722949baa5b8bc3d2791ba6f8d40cfd7c4f84b9c8e2', 0, '\x', '2026-11-28 07:25:39.342513+00'),
	('01a2210b-9d9c-7694-b713-6def19d09a09', '01a2210b-9eb1-73fd-956a-2144732c001b', '\x2182f4335518cd4e093162d5e07409194d06207d7b952a0b2a847a49e3d99c79', 0, '\x', '2026-11-28 07:25:39.377334+00'),
	('01a2210b-9f47-77fc-bd23-74acce4daddc', '01a2210b-a015-7755-a2e8-d4be2d3cc257', '\xa604da3e6663d0367e2ac0c8639d7984fbf0cf91112d1e93e1f3cb70e6df7a17', 0, '\x', '2026-11-28 07:25:39.73412+00'),
	('01a2210b-9f47-77fc-bd23-74acce4daddc', '01a2210b-a058-7055-a033-5802facff993', '\xb777549b16757544042a70204e6e8294ef1b54833cba45acdb9340bf87a8820a', 0, '\x', '2026-11-28 07:25:39.80069+00'),
	('01a2210b-9606-7320-a30e-d59049574492', '01a2210b-a456-72ca-a50a-318c0083473f', '\xb4a21c133227cb6d185894d9d165ce648cef9a0d4bc8c8a309c486904c5dc9df', 0, '\x', '2026-11-28 07:25:40.824294+00'),
	('01a2210b-9d9c-7694-b713-6def19d09a09', '01a2210b-c02b-7180-b1ce-a849b73fab11', '\x9a69da184ee97d48d864e0ee86f0b0d03e7279ab0d1009c56a1b268e356c5e60', 0, '\x', '2026-11-28 07:25:47.94914+00'),
	('01a2210b-9f47-77fc-bd23-74acce4daddc', '01a2210b-c034-70aa-a963-e8a90265a706', '\x21accc65b0958d6a9077c5f88a07929b414f2e02c6c51d6a16e73653edd9fb28', 0, '\x', '2026-11-28 07:25:47.956571+00');
ALTER TABLE ONLY sharing.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (company_id, account_id);
ALTER TABLE ONLY sharing.asset
    ADD CONSTRAINT asset_pkey PRIMARY KEY (company_id, asset_id);
ALTER TABLE ONLY sharing.automatic_rule
    ADD CONSTRAINT automatic_rule_pkey PRIMARY KEY (company_id, account_id, kind);
ALTER TABLE ONLY sharing.coupon_pool
    ADD CONSTRAINT coupon_pool_pkey PRIMARY KEY (company_id, pool_id);
ALTER TABLE ONLY sharing.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY sharing.organization_member
    ADD CONSTRAINT organization_member_pkey PRIMARY KEY (company_id, organization_id, account_id);
ALTER TABLE ONLY sharing.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (company_id, organization_id);
ALTER TABLE ONLY sharing.organization_share
    ADD CONSTRAINT organization_share_pkey PRIMARY KEY (company_id, organization_id, asset_id);
ALTER TABLE ONLY sharing.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (company_id, event_id);
ALTER TABLE ONLY sharing.payment_relation
    ADD CONSTRAINT payment_relation_pkey PRIMARY KEY (company_id, account_id, payer_account_id, started_time);
ALTER TABLE ONLY sharing.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (company_id, request_id);
ALTER TABLE ONLY sharing.share
    ADD CONSTRAINT share_pkey PRIMARY KEY (company_id, asset_id, account_id, share_id);
CREATE INDEX account_by_id ON sharing.account USING btree (account_id);
CREATE INDEX asset_by_owner ON sharing.asset USING btree (company_id, owner_account_id, asset_id);
CREATE INDEX coupon_pool_by_account ON sharing.coupon_pool USING btree (company_id, account_id, pool_id);
CREATE INDEX outbox_by_transaction ON sharing.outbox USING btree (transaction_id, event_id);
CREATE UNIQUE INDEX payment_relation_once_at_a_time ON sharing.payment_relation USING btree (company_id, account_id, payer_account_id) WHERE (ended_time IS NULL);
CREATE UNIQUE INDEX share_once_at_a_time ON sharing.share USING btree (company_id, asset_id, account_id, organization_id) WHERE (ended_time IS NULL);
ALTER TABLE ONLY sharing.asset
    ADD CONSTRAINT asset_company_id_owner_account_id_fkey FOREIGN KEY (company_id, owner_account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.asset
    ADD CONSTRAINT asset_company_id_pool_id_fkey FOREIGN KEY (company_id, pool_id) REFERENCES sharing.coupon_pool(company_id, pool_id);
ALTER TABLE ONLY sharing.automatic_rule
    ADD CONSTRAINT automatic_rule_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.coupon_pool
    ADD CONSTRAINT coupon_pool_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.organization
    ADD CONSTRAINT organization_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.organization_member
    ADD CONSTRAINT organization_member_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.organization_member
    ADD CONSTRAINT organization_member_company_id_organization_id_fkey FOREIGN KEY (company_id, organization_id) REFERENCES sharing.organization(company_id, organization_id);
ALTER TABLE ONLY sharing.organization_share
    ADD CONSTRAINT organization_share_company_id_asset_id_fkey FOREIGN KEY (company_id, asset_id) REFERENCES sharing.asset(company_id, asset_id);
ALTER TABLE ONLY sharing.organization_share
    ADD CONSTRAINT organization_share_company_id_organization_id_fkey FOREIGN KEY (company_id, organization_id) REFERENCES sharing.organization(company_id, organization_id);
ALTER TABLE ONLY sharing.payment_relation
    ADD CONSTRAINT payment_relation_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.share
    ADD CONSTRAINT share_company_id_account_id_fkey FOREIGN KEY (company_id, account_id) REFERENCES sharing.account(company_id, account_id);
ALTER TABLE ONLY sharing.share
    ADD CONSTRAINT share_company_id_asset_id_fkey FOREIGN KEY (company_id, asset_id) REFERENCES sharing.asset(company_id, asset_id);
