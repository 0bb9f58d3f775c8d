using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Wya.Cli;

/// <summary>The table of contents: every verb, and how a line is carried out.</summary>
internal static class CommandLine
{
    private const int BrokenPipe = 32; // EPIPE

    public static Verb Root(Surroundings here)
    {
        var root = new Verb(
            "wya",
            "For operators and analysts of WYA!?: databases, read models, streams, events, dead letters, keys.",
            "wya migrate",
            "wya projections list",
            "wya events replay --from 1 --limit 10",
            "wya dead-letters list --json")
        {
            new Verb("projections", "Read models: how they stand, and their rebuilds.", "wya projections list", "wya projections rebuild Users")
            {
                ListProjections.Verb(here),
                RebuildProjection.Verb(here),
                PauseProjection.Verb(here),
                ResumeProjection.Verb(here),
                CancelRebuild.Verb(here),
                ShowDifferences.Verb(here),
                ApproveRebuild.Verb(here),
                ThrottleRebuild.Verb(here),
                SwitchBackProjection.Verb(here),
                ListRebuilds.Verb(here),
            },
            new Verb("operations", "What operators did.", "wya operations list")
            {
                ListOperations.Verb(here),
            },
            new Verb("streams", "Single streams and their history.", "wya streams show 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11")
            {
                ShowStream.Verb(here),
            },
            new Verb("models", "Read models as they were.", "wya models show Users --domain identity --as-of 2026-11-22")
            {
                ShowModel.Verb(here),
            },
            new Verb("events", "The logs, event by event.", "wya events replay --format table")
            {
                ReplayEvents.Verb(here),
                ExportEvents.Verb(here),
            },
            new Verb("exports", "What was exported, and whether its pseudonyms can still be linked.", "wya exports list")
            {
                ListExports.Verb(here),
                ShowPseudonym.Verb(here),
                ForgetExport.Verb(here),
            },
            new Verb("dead-letters", "Streams that a projection has set aside after a failure.", "wya dead-letters list")
            {
                ShowClinic.Verb(here),
                ListDeadLetters.Verb(here),
                ShowDeadLetter.Verb(here),
                TryDeadLetters.Verb(here),
                ReleaseDeadLetters.Verb(here),
                RetryDeadLetter.Verb(here),
                DiscardDeadLetter.Verb(here),
            },
            new Verb("graph", "The graph projections in the cache.", "wya graph rebuild")
            {
                RebuildGraph.Verb(here),
            },
            new Verb("rooms", "The objects of rooms.", "wya rooms sweep")
            {
                SweepRooms.Verb(here),
            },
            new Verb("presence", "Who is around, in numbers.", "wya presence status")
            {
                ShowPresenceStatus.Verb(here),
            },
            new Verb("messaging", "Messaging's databases, where it has several.", "wya messaging slots")
            {
                ListSlots.Verb(here),
                SpreadConversations.Verb(here),
            },
            new Verb("keys", "The keys of people, and the master keys that wrap them.", "wya keys list")
            {
                ListKeys.Verb(here),
                InitKeys.Verb(here),
                AddMasterKey.Verb(here),
                RotateKeys.Verb(here),
                DropOldMasterKeys.Verb(here),
            },
            new Verb("audit", "Safety's log: whether it is what it was.", "wya audit verify")
            {
                VerifyAudit.Verb(here),
                ProveConsistency.Verb(here),
            },
            new Verb("relay", "What is published to an external log.", "wya relay tail --domain messaging")
            {
                TailRelay.Verb(here),
            },
            RunSql.Verb(here),
            new Verb("what-if", "What would be otherwise, under other numbers or another build; nothing is changed.", "wya what-if trust")
            {
                WhatIfTrust.Verb(here),
                WhatIfRisk.Verb(here),
                WhatIfProjection.Verb(here),
            },
            Migrate.Verb(here),
            CheckDeployment.Verb(here),
            FillDemo.Verb(here),
            SharedOptions.Json,
        };
        root.Add(new HelpOption { Action = new HelpWithExamples(new HelpAction()) });
        root.Add(new VersionOption { Action = new ShowVersion() });
        return root;
    }

    public static async Task<int> Run(IReadOnlyList<string> arguments, Surroundings here, CancellationToken ct = default)
    {
        // No response files: an argument that begins with @ is what it says.
        ParseResult parsed = Root(here).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            Explain(parsed, here.Error);
            return ExitCodes.Usage;
        }

        try
        {
            int exitCode = await Invoke(parsed, here, ct).ConfigureAwait(false);
            await here.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return exitCode;
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            return ExitCodes.Interrupted; // nobody reads on, so nobody is told
        }
        catch (IOException)
        {
            await here.Error.WriteLineAsync("The output cannot be written.").ConfigureAwait(false);
            return ExitCodes.Refused;
        }
    }

    private static async Task<int> Invoke(ParseResult parsed, Surroundings here, CancellationToken ct)
    {
        var invocation = new InvocationConfiguration { Output = here.Output, Error = here.Error, EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(invocation, ct).ConfigureAwait(false);
        }
        catch (VerbRefusedException refused)
        {
            await here.Error.WriteLineAsync(refused.Message).ConfigureAwait(false);
            return refused.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception failure) when (failure is not IOException)
        {
            await here.Error.WriteLineAsync(Failures.Sentence(failure)).ConfigureAwait(false);
            return ExitCodes.Refused;
        }
    }

    private static void Explain(ParseResult parsed, TextWriter error)
    {
        // A word that is no verb is one fault, not also a missing verb.
        Command command = parsed.CommandResult.Command;
        bool verbIsWrong = command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count > 0;
        foreach (string message in parsed.Errors.Select(wrong => wrong.Message).Distinct().Skip(verbIsWrong ? 1 : 0))
        {
            error.WriteLine(message);
        }

        string[] known = [.. command.Subcommands.Select(verb => verb.Name), .. command.Options.Select(option => option.Name), SharedOptions.Json.Name];
        foreach (string token in parsed.UnmatchedTokens)
        {
            if (Suggestion.For(token, known) is { } near)
            {
                error.WriteLine($"Did you mean '{near}'?");
            }
        }

        error.WriteLine($"See: {(command as Verb)?.Path ?? command.Name} --help");
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(version);
            return ExitCodes.Done;
        }
    }
}
