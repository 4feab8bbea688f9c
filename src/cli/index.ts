process.stdout.write('keydesk\n');
