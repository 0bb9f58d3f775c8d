using Shouldly;
using Wya.Api.Access;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Passwords: set with the registration or later, changed, and never recorded.</summary>
public sealed class PasswordTests(SharedApi shared)
{
    private const string Another = "another long password";

    public static TheoryData<string, bool> Candidates => new()
    {
        { "eleven char", false },
        { "twelve chars", true },
        { "            ", true }, // whoever wants that: any 12 characters
        { new string('p', 200), true },
        { new string('p', 201), false },
        { string.Concat(Enumerable.Repeat("🐎", 11)), false }, // 22 code units, 11 characters
        { string.Concat(Enumerable.Repeat("🐎", 12)), true },
        { "", false },
    };

    [Theory]
    [MemberData(nameof(Candidates))]
    public async Task A_password_has_12_to_200_characters(string password, bool isTaken)
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        if (!isTaken)
        {
            await TurnedDownTests.NothingChanges(api, () => api.Anonymous.RegisterWithPassword(handle, password), 422, "password-invalid");
            (await api.Anonymous.Register(handle)).Status.ShouldBe(201); // the handle was not taken either
            return;
        }

        (await api.Anonymous.RegisterWithPassword(handle, password)).Status.ShouldBe(201);
        (await api.Anonymous.SignIn(handle, password)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_registration_that_is_turned_down_leaves_no_password()
    {
        ApiHost api = await shared.Host();
        Person other = await api.NewPerson();
        long before = await Rows(api);
        (await api.Anonymous.RegisterWithPassword(other.Handle)).Problem.ShouldBe("handle-taken");
        (await api.Anonymous.Send(
            "POST", "/users", new { handle = Requests.NewHandle(), birth_date = Requests.BirthDate(12), password = Another }, Requests.NewKey()))
            .Problem.ShouldBe("under-age");
        (await Rows(api)).ShouldBe(before);
        (await api.Anonymous.SignIn(other.Handle)).Problem.ShouldBe("sign-in-failed");
    }

    [Fact]
    public async Task A_repeated_registration_sets_no_other_password()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        Answer first = await api.Anonymous.RegisterWithPassword(handle, key: key);

        Answer again = await api.Anonymous.RegisterWithPassword(handle, Another, key);

        again.Status.ShouldBe(201);
        again.Text.ShouldBe(first.Text);
        (await api.Anonymous.SignIn(handle, Another)).Problem.ShouldBe("sign-in-failed");
        (await api.Anonymous.SignIn(handle)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Sixteen_registrations_at_once_set_one_password()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        long before = await Rows(api);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => api.Anonymous.RegisterWithPassword(handle, key: key)));

        answers.ShouldAllBe(answer => answer.Status == 201);
        (await Rows(api)).ShouldBe(before + 1);
        (await api.Anonymous.SignIn(handle)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_repetition_gives_the_password_that_a_crash_between_the_two_left_out()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        Guid id = (await api.Anonymous.RegisterWithPassword(handle, key: key)).Id;
        await api.Database.Execute($"delete from credentials where user_id = '{id}'");
        (await api.Anonymous.SignIn(handle)).Problem.ShouldBe("sign-in-failed");

        (await api.Anonymous.RegisterWithPassword(handle, key: key)).Status.ShouldBe(201);

        (await api.Anonymous.SignIn(handle)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_registration_without_a_password_gets_none_by_being_repeated_with_one()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        (await api.Anonymous.Register(handle, 30, key)).Status.ShouldBe(201);

        (await api.Anonymous.RegisterWithPassword(handle, key: key)).Problem.ShouldBe("idempotency-key-reused");

        (await api.Anonymous.SignIn(handle)).Problem.ShouldBe("sign-in-failed");
    }

    [Fact]
    public async Task The_fingerprint_of_a_registration_does_not_depend_on_the_password()
    {
        ApiHost api = await shared.Host();
        string key = Requests.NewKey();
        string handle = Requests.NewHandle();
        Guid id = (await api.Anonymous.RegisterWithPassword(handle, key: key)).Id;
        string recorded = await api.Database.Scalar<string>($"select headers ->> 'fingerprint' from log.mt_events where stream_id = '{id}'");

        new Http.IdempotencyKey(key).Fingerprint(new { Handle = handle, layer = "adult", withPassword = true }).ShouldBe(recorded);
    }

    [Fact]
    public async Task Who_has_none_sets_one_and_signs_in_with_it()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();

        (await one.Client.Send("PUT", "/me/password", new { password = "too short" })).Problem.ShouldBe("password-invalid");
        (await one.Client.Send("PUT", "/me/password", new { password = Another })).Status.ShouldBe(204);

        (await api.Anonymous.SignIn(one.Handle, Another)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Changing_it_takes_the_current_one_and_ends_all_other_sessions()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        SignedIn other = await api.AnotherSession(one);

        (await one.Client.Send("PUT", "/me/password", new { password = Another })).Problem.ShouldBe("current-password-wrong");
        (await one.Client.Send("PUT", "/me/password", new { password = Another, current_password = Another })).Problem.ShouldBe("current-password-wrong");
        (await other.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await one.Client.Send("PUT", "/me/password", new { password = Another, current_password = SignIns.Password })).Status.ShouldBe(204);

        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await api.Anonymous.Refresh(one.Refresh)).Status.ShouldBe(200);
        (await other.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await api.Anonymous.Refresh(other.Refresh)).Problem.ShouldBe("refresh-token-invalid");
        (await api.Anonymous.SignIn(one.Handle)).Problem.ShouldBe("sign-in-failed");
        (await api.Anonymous.SignIn(one.Handle, Another)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_stolen_access_token_tries_no_more_than_ten_passwords()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();
        for (int i = 0; i < 10; i++)
        {
            (await one.Client.Send("PUT", "/me/password", new { password = Another, current_password = $"guess number {i}" }))
                .Problem.ShouldBe("current-password-wrong");
        }

        (await one.Client.Send("PUT", "/me/password", new { password = Another, current_password = SignIns.Password })).Problem.ShouldBe("too-many-requests");
    }

    [Fact]
    public async Task Of_many_changes_at_once_one_is_made()
    {
        ApiHost api = await shared.Host();
        SignedIn one = await api.NewSignedIn();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => one.Client.Send(
            "PUT", "/me/password", new { password = $"{Another} {i}", current_password = SignIns.Password })));

        answers.Count(answer => answer.Status == 204).ShouldBe(1);
        answers.Where(answer => answer.Status != 204).ShouldAllBe(answer => answer.Problem == "current-password-wrong");
        int made = Array.FindIndex(answers, answer => answer.Status == 204);
        (await api.Anonymous.SignIn(one.Handle, $"{Another} {made}")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_sign_in_and_a_change_at_once_leave_no_session_of_the_old_password()
    {
        ApiHost api = await shared.Host();
        for (int round = 0; round < 5; round++)
        {
            SignedIn one = await api.NewSignedIn();

            Task<Answer>[] signingIn = [.. Enumerable.Range(0, 4).Select(_ => api.Anonymous.SignIn(one.Handle))];
            Answer changed = await one.Client.Send("PUT", "/me/password", new { password = Another, current_password = SignIns.Password });
            Answer[] opened = await Task.WhenAll(signingIn);

            changed.Status.ShouldBe(204, changed.Text);
            opened.ShouldAllBe(answer => answer.Status == 201 || answer.Problem == "sign-in-failed");
            (await one.Client.Send("GET", "/me/sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_hash_is_slow_and_salted()
    {
        await using var passwords = new Passwords(); // as it runs; the tests' API hashes fast
        CancellationToken ct = TestContext.Current.CancellationToken;
        string[] hashes = [await passwords.Hash(SignIns.Password, ct), await passwords.Hash(SignIns.Password, ct)];

        hashes.ShouldBeUnique();
        foreach (byte[] hash in hashes.Select(Convert.FromBase64String))
        {
            hash[0].ShouldBe((byte)1); // the format: PBKDF2; then in big-endian order HMAC-SHA-512, the iterations, the salt's length
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)).ShouldBe(2u);
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)).ShouldBe(210_000u);
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(9)).ShouldBe(16u);
        }
    }

    private static Task<long> Rows(ApiHost api) => api.Database.Scalar<long>("select count(*) from credentials");
}
