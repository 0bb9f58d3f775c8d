using System.Reflection;
using System.Runtime.InteropServices;

namespace Wya.Cli;

/// <summary>
/// The C interface of DuckDB, as far as it is needed: open a database in memory, run statements, read what they answer, append
/// chunks of columns. Ids of this interface are never freed twice: whoever owns one disposes of it by reference.
/// </summary>
internal static unsafe partial class DuckDbLibrary
{
    /// <summary>Names the library's file, where the system does not find it by itself.</summary>
    public const string Variable = "WYA_DUCKDB";

    private const string Name = "duckdb";
    private static readonly Lock Gate = new();
    private static string? given;
    private static bool isResolved;

    /// <summary>Makes sure that it is there. The first one found serves the process.</summary>
    /// <exception cref="VerbRefusedException">It is not there; the message says what to do.</exception>
    public static void Load(Surroundings here)
    {
        lock (Gate)
        {
            if (!isResolved)
            {
                given = here.Variable(Variable);
                NativeLibrary.SetDllImportResolver(typeof(DuckDbLibrary).Assembly, Resolve);
                isResolved = true;
            }

            given ??= here.Variable(Variable);
        }

        if (Resolve(Name, typeof(DuckDbLibrary).Assembly, null) == 0)
        {
            throw new VerbRefusedException(
                $"DuckDB's library is not here. Set {Variable} to libduckdb.so of version 1.5 or later (npm: @duckdb/node-bindings-linux-x64); in a checkout ./dev fetches it.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Name)
        {
            return 0;
        }

        return (given is { Length: > 0 } path && NativeLibrary.TryLoad(path, out nint library))
            || NativeLibrary.TryLoad("libduckdb.so", out library) || NativeLibrary.TryLoad(Name, out library) ? library : 0;
    }

    /// <summary>What the library leaves of a statement's answer; passed around, never looked into.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Result
    {
        public ulong ColumnCount, RowCount, RowsChanged;
        public nint Columns, ErrorMessage, Inner;
    }

    [LibraryImport(Name, EntryPoint = "duckdb_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string? path, out nint database);

    [LibraryImport(Name, EntryPoint = "duckdb_close")]
    public static partial void Close(ref nint database);

    [LibraryImport(Name, EntryPoint = "duckdb_connect")]
    public static partial int Connect(nint database, out nint connection);

    [LibraryImport(Name, EntryPoint = "duckdb_disconnect")]
    public static partial void Disconnect(ref nint connection);

    [LibraryImport(Name, EntryPoint = "duckdb_query", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Query(nint connection, string sql, out Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_interrupt")]
    public static partial void Interrupt(nint connection);

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_result")]
    public static partial void DestroyResult(ref Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_result_error")]
    public static partial nint ResultError(ref Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_column_count")]
    public static partial ulong ColumnCount(ref Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_row_count")]
    public static partial ulong RowCount(ref Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_column_name")]
    public static partial nint ColumnName(ref Result result, ulong column);

    [LibraryImport(Name, EntryPoint = "duckdb_value_varchar")]
    public static partial nint ValueText(ref Result result, ulong column, ulong row);

    [LibraryImport(Name, EntryPoint = "duckdb_free")]
    public static partial void Free(nint memory);

    [LibraryImport(Name, EntryPoint = "duckdb_fetch_chunk")]
    public static partial nint FetchChunk(Result result);

    [LibraryImport(Name, EntryPoint = "duckdb_extract_statements", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ulong ExtractStatements(nint connection, string sql, out nint statements);

    [LibraryImport(Name, EntryPoint = "duckdb_extract_statements_error")]
    public static partial nint ExtractError(nint statements);

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_extracted")]
    public static partial void DestroyExtracted(ref nint statements);

    [LibraryImport(Name, EntryPoint = "duckdb_prepare_extracted_statement")]
    public static partial int PrepareExtracted(nint connection, nint statements, ulong index, out nint prepared);

    [LibraryImport(Name, EntryPoint = "duckdb_prepare_error")]
    public static partial nint PrepareError(nint prepared);

    [LibraryImport(Name, EntryPoint = "duckdb_prepared_statement_type")]
    public static partial int StatementType(nint prepared);

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_prepare")]
    public static partial void DestroyPrepare(ref nint prepared);

    [LibraryImport(Name, EntryPoint = "duckdb_create_logical_type")]
    public static partial nint CreateType(int type);

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_logical_type")]
    public static partial void DestroyType(ref nint type);

    [LibraryImport(Name, EntryPoint = "duckdb_create_data_chunk")]
    public static partial nint CreateChunk(nint* types, ulong columns);

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_data_chunk")]
    public static partial void DestroyChunk(ref nint chunk);

    [LibraryImport(Name, EntryPoint = "duckdb_data_chunk_reset")]
    public static partial void ResetChunk(nint chunk);

    [LibraryImport(Name, EntryPoint = "duckdb_data_chunk_get_size")]
    public static partial ulong ChunkSize(nint chunk);

    [LibraryImport(Name, EntryPoint = "duckdb_data_chunk_set_size")]
    public static partial void SetChunkSize(nint chunk, ulong rows);

    [LibraryImport(Name, EntryPoint = "duckdb_data_chunk_get_vector")]
    public static partial nint Vector(nint chunk, ulong column);

    [LibraryImport(Name, EntryPoint = "duckdb_vector_get_data")]
    public static partial void* Data(nint vector);

    [LibraryImport(Name, EntryPoint = "duckdb_vector_get_validity")]
    public static partial ulong* Validity(nint vector);

    [LibraryImport(Name, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    public static partial void MakeValidityWritable(nint vector);

    [LibraryImport(Name, EntryPoint = "duckdb_vector_assign_string_element_len")]
    [SuppressGCTransition]
    public static partial void AssignText(nint vector, ulong row, byte* text, ulong length);

    [LibraryImport(Name, EntryPoint = "duckdb_appender_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateAppender(nint connection, string? schema, string table, out nint appender);

    [LibraryImport(Name, EntryPoint = "duckdb_append_data_chunk")]
    public static partial int AppendChunk(nint appender, nint chunk);

    [LibraryImport(Name, EntryPoint = "duckdb_appender_error")]
    public static partial nint AppenderError(nint appender);

    [LibraryImport(Name, EntryPoint = "duckdb_appender_destroy")]
    public static partial int DestroyAppender(ref nint appender);

    [LibraryImport(Name, EntryPoint = "duckdb_create_scalar_function")]
    public static partial nint CreateFunction();

    [LibraryImport(Name, EntryPoint = "duckdb_destroy_scalar_function")]
    public static partial void DestroyFunction(ref nint function);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void NameFunction(nint function, string name);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_add_parameter")]
    public static partial void AddParameter(nint function, nint type);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_set_return_type")]
    public static partial void SetReturnType(nint function, nint type);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_set_function")]
    public static partial void SetFunction(nint function, delegate* unmanaged[Cdecl]<nint, nint, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_set_extra_info")]
    public static partial void SetExtra(nint function, nint extra, nint destroy);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_get_extra_info")]
    public static partial nint Extra(nint info);

    [LibraryImport(Name, EntryPoint = "duckdb_scalar_function_set_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetError(nint info, string message);

    [LibraryImport(Name, EntryPoint = "duckdb_register_scalar_function")]
    public static partial int RegisterFunction(nint connection, nint function);
}
