"""dbt's public suite for adapters, as it is. What needs a word of MySQL's own is in the test_adapted_* files."""

import importlib

UNCHANGED: dict[str, list[str]] = {
    "aliases.test_aliases": [
        "BaseAliasErrors",
    ],
    "basic.test_adapter_methods": ["BaseAdapterMethod", "TestBaseCaching"],
    "basic.test_base": ["BaseSimpleMaterializations"],
    "basic.test_empty": ["BaseEmpty"],
    "basic.test_ephemeral": ["BaseEphemeral"],
    "basic.test_generic_tests": ["BaseGenericTests"],
    "basic.test_incremental": [
        "BaseIncremental",
        "BaseIncrementalBadStrategy",
        "BaseIncrementalNotSchemaChange",
    ],
    "basic.test_singular_tests": ["BaseSingularTests"],
    "basic.test_singular_tests_ephemeral": ["BaseSingularTestsEphemeral"],
    "basic.test_snapshot_check_cols": ["BaseSnapshotCheckCols"],
    "basic.test_snapshot_timestamp": ["BaseSnapshotTimestamp"],
    "basic.test_table_materialization": ["BaseTableMaterialization"],
    "basic.test_validate_connection": ["BaseValidateConnection"],
    "concurrency.test_concurrency": ["BaseConcurrency"],
    "constraints.test_constraints": [
        "BaseIncrementalForeignKeyConstraint",
    ],
    "dbt_clone.test_dbt_clone": ["BaseCloneNotPossible", "BaseCloneSameTargetAndState"],
    "dbt_debug.test_dbt_debug": ["BaseDebugPostgres", "BaseDebugInvalidProjectPostgres"],
    "dbt_show.test_dbt_show": [
        "BaseShowLimit",
        "BaseShowSqlHeader",
    ],
    "empty.test_empty": [
        "BaseTestEmpty",
        "BaseTestEmptySeedFlag",
        "MetadataWithEmptyFlag",
    ],
    "ephemeral.test_ephemeral": [
        "BaseEphemeralErrorHandling",
    ],
    "grants.test_incremental_grants": ["BaseIncrementalGrants"],
    "grants.test_model_grants": ["BaseModelGrants"],
    "grants.test_seed_grants": ["BaseSeedGrants"],
    "grants.test_snapshot_grants": ["BaseSnapshotGrants"],
    "hooks.test_model_hooks": [
        "BaseDuplicateHooksInConfigs",
        "BaseHooksRefsOnSeeds",
        "BasePrePostModelHooksOnSeedsPlusPrefixed",
        "BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace",
        "BasePrePostModelHooksOnSnapshots",
        "BasePrePostSnapshotHooksInConfigKwargs",
    ],
    "hooks.test_run_hooks": [
        "BaseAfterRunHooks",
    ],
    "incremental.test_incremental_merge_exclude_columns": ["BaseMergeExcludeColumns"],
    "incremental.test_incremental_predicates": [
        "BaseIncrementalPredicates",
        "TestIncrementalPredicatesDeleteInsert",
        "TestPredicatesDeleteInsert",
    ],
    "incremental.test_incremental_unique_id": ["BaseIncrementalUniqueKey"],
    "persist_docs.test_persist_docs": [
        "BasePersistDocsAllColumnsMissing",
        "BasePersistDocsColumnMissing",
        "BasePersistDocsCommentOnQuotedColumn",
        "BasePersistDocsQuotedColumnCaseSensitive",
        "BasePersistDocsQuotedDescriptionNotAppliedOnMismatch",
    ],
    "query_comment.test_query_comment": [
        "BaseEmptyQueryComments",
        "BaseMacroArgsQueryComments",
        "BaseMacroInvalidQueryComments",
        "BaseMacroQueryComments",
        "BaseNullQueryComments",
        "BaseQueryComments",
    ],
    "relations.test_changing_relation_type": ["BaseChangeRelationTypeValidator"],
    "relations.test_dropping_schema_named": ["BaseDropSchemaNamed"],
    "simple_seed.test_seed": [
        "BaseSeedConfigFullRefreshOff",
        "BaseSeedCustomSchema",
        "BaseSeedParsing",
        "BaseSeedSpecificFormats",
        "BaseSeedWithEmptyDelimiter",
        "BaseSeedWithUniqueDelimiter",
        "BaseSimpleSeedEnabledViaConfig",
        "BaseTestEmptySeed",
    ],
    "simple_snapshot.test_ephemeral_snapshot_hard_deletes": [
        "BaseSnapshotEphemeralHardDeletes",
        "BaseSnapshotNewColumnSpecificCheckCols",
        "BaseSnapshotNewColumnTimestampStrategy",
        "BaseSnapshotNewColumnWithDeletes",
    ],
    "simple_snapshot.test_snapshot": ["BaseSimpleSnapshot", "BaseSnapshotCheck"],
    "store_test_failures_tests.basic": [
        "StoreTestFailuresAsExceptions",
        "StoreTestFailuresAsGeneric",
        "StoreTestFailuresAsInteractions",
        "StoreTestFailuresAsProjectLevelEphemeral",
        "StoreTestFailuresAsProjectLevelOff",
        "StoreTestFailuresAsProjectLevelView",
    ],
    "store_test_failures_tests.test_store_test_failures": [
        "BaseStoreTestFailures",
        "BaseStoreTestFailuresLimit",
    ],
    "unit_testing.test_case_insensitivity": ["BaseUnitTestCaseInsensivity"],
    "unit_testing.test_invalid_input": ["BaseUnitTestInvalidInput"],
    "unit_testing.test_quoted_reserved_word_column_names": ["BaseUnitTestQuotedReservedWordColumnNames"],
    "utils.data_types.test_type_bigint": ["BaseTypeBigInt"],
    "utils.data_types.test_type_float": ["BaseTypeFloat"],
    "utils.data_types.test_type_numeric": ["BaseTypeNumeric"],
    "utils.data_types.test_type_timestamp": ["BaseTypeTimestamp"],
    "utils.test_any_value": ["BaseAnyValue"],
    "utils.test_bool_or": ["BaseBoolOr"],
    "utils.test_cast": ["BaseCast"],
    "utils.test_cast_bool_to_text": ["BaseCastBoolToText"],
    "utils.test_concat": ["BaseConcat"],
    "utils.test_current_timestamp": ["BaseCurrentTimestampNaive"],
    "utils.test_date_spine": ["BaseDateSpine"],
    "utils.test_date_trunc": ["BaseDateTrunc"],
    "utils.test_dateadd": ["BaseDateAdd"],
    "utils.test_datediff": ["BaseDateDiff"],
    "utils.test_equals": ["BaseEquals"],
    "utils.test_escape_single_quotes": [
        "BaseEscapeSingleQuotesQuote",
    ],
    "utils.test_except": ["BaseExcept"],
    "utils.test_generate_series": ["BaseGenerateSeries"],
    "utils.test_get_powers_of_two": ["BaseGetPowersOfTwo"],
    "utils.test_hash": ["BaseHash"],
    "utils.test_intersect": ["BaseIntersect"],
    "utils.test_last_day": ["BaseLastDay"],
    "utils.test_length": ["BaseLength"],
    "utils.test_listagg": ["BaseListagg"],
    "utils.test_null_compare": ["BaseMixedNullCompare", "BaseNullCompare"],
    "utils.test_position": ["BasePosition"],
    "utils.test_replace": ["BaseReplace"],
    "utils.test_right": ["BaseRight"],
    "utils.test_safe_cast": ["BaseSafeCast"],
    "utils.test_source_freshness_custom_info": ["BaseCalculateFreshnessMethod"],
    "utils.test_split_part": ["BaseSplitPart"],
    "utils.test_string_literal": ["BaseStringLiteral"],
    "utils.test_validate_sql": ["BaseValidateSqlMethod"],
}


def _tests() -> dict[str, type]:
    tests = {}
    for module_name, class_names in UNCHANGED.items():
        module = importlib.import_module(f"dbt.tests.adapter.{module_name}")
        for class_name in class_names:
            base = getattr(module, class_name)
            name = f"Test{class_name.removeprefix('Base').removeprefix('Test')}"
            if name in tests:
                name += f"Of{module_name.split('.')[0].title()}"
            tests[name] = type(name, (base,), {"__module__": __name__})
    return tests


globals().update(_tests())
