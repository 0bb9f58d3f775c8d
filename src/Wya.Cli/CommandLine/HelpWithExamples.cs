using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Wya.Cli;

/// <summary>The parser's own help, then examples of the command, and at the top what the tool needs and answers.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public const string Conventions =
        """
        Environment:
          ConnectionStrings__<domain>   connection string of the domain's application role (Npgsql's format)
          ConnectionStrings__cache      for graph rebuild: host:port,password=… of the Redis of caches
          ConnectionStrings__presence   for presence status: likewise, of the Redis of presence
          WYA_DUCKDB                    for sql and Parquet: libduckdb.so, where the system does not find it
          WYA_POSTGRES                  for migrate alone: of a role that may create databases and roles

        Output:
          Tables for people; with --json, one JSON object a line for programs.
          Exit codes: 0 done, 1 refused, failed, or nothing to change (one sentence on standard error), 2 wrong usage, 130 interrupted.
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
            {
                output.WriteLine("  " + example);
            }

            output.WriteLine();
            if (!verb.Parents.Any())
            {
                output.WriteLine(Conventions);
            }
        }

        return ExitCodes.Done;
    }
}
