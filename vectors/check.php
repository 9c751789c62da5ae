<?php
// Checks code that signs for PayTR against vectors.json. README.md says how. PHP 8.0 or later, nothing to install.

declare(strict_types=1);

const USAGE = "usage: check.php [--vectors FILE] [--only FORMULA,...] [COMMAND [ARGUMENT...]]\n       check.php --sign < JSON";

/** The text that is signed: the values in the order of the formula, with nothing between them. */
function message(array $case, array $order): string
{
    $values = array_merge($case, $case['fields']);
    if ($case['formula'] === 'platform_transfer_result_hash') {
        $values['trans_ids'] = str_replace('\\', '', $values['trans_ids']);
    }
    return implode('', array_map(fn(string $name): string => $values[$name], $order));
}

function sign(string $text, string $key): string
{
    return base64_encode(hash_hmac('sha256', $text, $key, true));
}

/** What the command prints; a text that is no token if it does not end well. */
function ask(array $command, array $case): string
{
    $process = @proc_open($command, [0 => ['pipe', 'r'], 1 => ['pipe', 'w'], 2 => STDERR], $pipes);
    if ($process === false) {
        stop("{$command[0]} cannot be started");
    }
    @fwrite($pipes[0], json_encode($case, JSON_THROW_ON_ERROR));
    fclose($pipes[0]);
    $printed = trim(stream_get_contents($pipes[1]));
    $code = proc_close($process);
    return $code === 0 ? $printed : "exit code $code, " . json_encode($printed);
}

function stop(string $text): never
{
    fwrite(STDERR, "$text\n");
    exit(2);
}

[$command, $path, $only] = [array_slice($argv, 1), __DIR__ . '/vectors.json', null];
while (in_array($command[0] ?? '', ['--vectors', '--only'], true)) {
    $value = $command[1] ?? stop(USAGE);
    [$path, $only] = $command[0] === '--vectors' ? [$value, $only] : [$path, explode(',', $value)];
    $command = array_slice($command, 2);
}
$file = json_decode(file_get_contents($path), true, 512, JSON_THROW_ON_ERROR);
$formulas = array_column($file['formulas'], null, 'id');
if ($command === ['--sign']) {
    $case = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
    exit(sign(message($case, $formulas[$case['formula']]['message_order']), $case['merchant_key']) . "\n");
}
if (str_starts_with($command[0] ?? '', '-')) {
    stop(USAGE);
}
foreach (array_diff($only ?? [], array_keys($formulas)) as $unknown) {
    stop("no formula $unknown; there are: " . implode(', ', array_keys($formulas)));
}
$mistakes = array_column($file['negative_vectors'], 'why_wrong', 'wrong_token');
[$checked, $failed] = [0, 0];
foreach ($only ?? array_keys($formulas) as $id) {
    foreach ($formulas[$id]['vectors'] as $vector) {
        $merchant = array_merge($file['credentials'], $vector['credentials_override'] ?? []);
        $case = ['formula' => $id, 'endpoint' => $formulas[$id]['endpoint'], ...$merchant, 'fields' => $vector['fields']];
        $text = message($case, $formulas[$id]['message_order']);
        $got = $command ? ask($command, $case) : sign($text, $case['merchant_key']);
        $checked++;
        if ($got !== $vector['expected'] || $text !== $vector['message']) {
            $failed++;
            echo "WRONG $id/{$vector['name']}\n  got      $got\n  expected {$vector['expected']}\n";
            echo "  of the text {$vector['message']}\n", isset($mistakes[$got]) ? "  a known mistake: $mistakes[$got]\n" : '';
        }
    }
}
echo $checked - $failed, " of $checked vectors agree\n";
exit($failed || !$checked ? 1 : 0);
